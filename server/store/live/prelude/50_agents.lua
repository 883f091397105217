-- An agent as the store keeps one: the hash a:<agent>, and one place in each of the agent's pools.
--
-- In a pool an agent stands in exactly one sorted set p:<pool>:<class>:
--   av       online, a free slot, gets chats by themselves; the head is the right one (see rank)
--   tk       online, a free slot, but picks chats (only departments with assign = "take" here)
--   full     online, no free slot
--   away, grace, offline
-- The hash p:<pool> counts `slots` and `used` of those online, for free slots and wait estimates.

local AGENT_FIELDS = {'username', 'name', 'role', 'departments', 'state', 'cls', 'pools', 'capacity', 'disabled',
  'grace', 'load', 'version', 'idle', 'idle_clock', 'slots', 'used'}
local AGENT_TEXTS = 7
local PLACED_FIELDS = {'state', 'grace', 'load', 'version', 'idle', 'idle_clock', 'cls', 'slots', 'used'}

-- nil if there is no such agent.
local function agent_of(x, id)
  if x.agents[id] ~= nil then return x.agents[id] or nil end
  local values = call('HMGET', x.p .. 'a:' .. id, unpack(AGENT_FIELDS))
  if not values[5] then
    x.agents[id] = false
    return nil
  end
  local a = {id = id}
  for i, name in ipairs(AGENT_FIELDS) do
    if i <= AGENT_TEXTS then a[name] = values[i] or '' else a[name] = number(values[i]) end
  end
  x.agents[id] = a
  return a
end

-- An agent as the decisions of others name one (70_why.lua): kept ready in the hash `briefs`, for each names up to 20.
local function brief_of(a)
  if not a.who then a.who = '{"id":' .. cjson.encode(a.id) .. ',"name":' .. cjson.encode(a.name) .. '}' end
  return string.format('%d\t%d\t%s', a.idle_clock, a.load, a.who)
end

local function departments_of(a)
  return cjson.decode(text(a.departments) or '[]')
end

-- {pool, 1 if chats come by themselves} for each of the agent's pools; decoded only where needed.
local function pools_of(a)
  if not a.pool_list then a.pool_list = cjson.decode(text(a.pools) or '[]') end
  return a.pool_list
end

local function class_of(a)
  if a.disabled == 1 then return '' end
  if a.state ~= 'online' then return a.state end
  if a.grace == 1 then return 'grace' end
  if a.load >= a.capacity then return 'full' end
  return 'av'
end

local function is_online(class)
  return class == 'av' or class == 'full'
end

-- The share of the capacity in use, in 1/30000: exact enough to tell any two shares of up to 170 slots apart.
local function share_of(a)
  return math.floor(a.load * 30000 / math.max(a.capacity, 1))
end

-- The score in `av`: lowest share first, then who has been idle longest. Stays below 2^53.
local function rank(a)
  return math.min(share_of(a), 32767) * 2 ^ 38 + a.idle
end

-- A new turn at the end of the line of idle agents: when a chat ended, or on coming online.
local function renew_idle(x, a)
  a.idle = call('HINCRBY', x.p .. 'meta', 'idle', 1)
  a.idle_clock = clock(x)
end

local function pool_set(x, pool, class, auto)
  if class == 'av' and auto == 0 then class = 'tk' end
  return x.p .. 'p:' .. pool .. ':' .. class
end

local function count_slots(x, pool, slots, used)
  if slots ~= 0 then call('HINCRBY', x.p .. 'p:' .. pool, 'slots', slots) end
  if used ~= 0 then call('HINCRBY', x.p .. 'p:' .. pool, 'used', used) end
end

-- Takes an agent who is about to get another chat, or none, out of the pools without counting it anew: `place` follows.
local function lift(x, a)
  for _, pool in ipairs(pools_of(a)) do
    if a.cls ~= '' then call('ZREM', pool_set(x, pool[1], a.cls, pool[2]), a.id) end
  end
  a.cls, a.in_hand = '', true
end

-- Takes the agent out of all pools; `place` puts it back.
local function unplace(x, a)
  for _, pool in ipairs(pools_of(a)) do
    if a.cls ~= '' then call('ZREM', pool_set(x, pool[1], a.cls, pool[2]), a.id) end
    count_slots(x, pool[1], -a.slots, -a.used)
  end
  a.cls, a.slots, a.used = '', 0, 0
end

-- Reads the agent's pools from the configuration; between `unplace` and `place`.
local function set_pools(x, a)
  a.pool_list = pools_for(config(x), departments_of(a))
  a.pools = #a.pool_list > 0 and cjson.encode(a.pool_list) or '[]'
  call('HSET', x.p .. 'a:' .. a.id, 'pools', a.pools)
end

-- Makes pools, counters and hash what state, grace, load and capacity say, and raises the version: to be called
-- after each of their changes.
local function place(x, a)
  local class = class_of(a)
  local slots = is_online(class) and a.capacity or 0
  local used = math.min(a.load, slots)
  for _, pool in ipairs(pools_of(a)) do
    if a.cls ~= class and a.cls ~= '' then call('ZREM', pool_set(x, pool[1], a.cls, pool[2]), a.id) end
    if class ~= '' then call('ZADD', pool_set(x, pool[1], class, pool[2]), rank(a), a.id) end
    count_slots(x, pool[1], slots - a.slots, used - a.used)
  end
  a.cls, a.slots, a.used = class, slots, used
  a.version = a.version + 1
  a.in_hand = nil
  write_later(x, x.p .. 'a:' .. a.id, a, PLACED_FIELDS)
  call('HSET', x.p .. 'briefs', a.id, brief_of(a))
  x.agents_changed = true
end

-- The state as others see it.
local function shown_state(a)
  if a.grace == 1 and a.state ~= 'offline' then return 'grace' end
  return a.state
end

local function emit_agent(x, a)
  emit_all(x, {k = 'agent', agent = a.id, reason = shown_state(a)})
end

-- The incarnations on which the agent has consoles, as `emit` takes them.
local function console_nodes(x, agent)
  local nodes = ''
  for _, place_of in ipairs(call('HVALS', x.p .. 'a:' .. agent .. ':dev')) do
    nodes = nodes .. string.match(place_of, '^%S+') .. ' '
  end
  return nodes
end

-- The same as JSON, for lists of thousands.
local function agent_json(a)
  return string.format('{"id":%s,"username":%s,"name":%s,"role":"%s","departments":%s,"capacity":%d,"state":"%s",'
    .. '"load":%d,"disabled":%s,"version":%d}', cjson.encode(a.id), cjson.encode(a.username), cjson.encode(a.name),
    a.role, text(a.departments) or '[]', a.capacity, shown_state(a), a.load, tostring(a.disabled == 1), a.version)
end

local function agent_meta(a)
  return {id = a.id, username = a.username, name = a.name, role = a.role, departments = departments_of(a),
    capacity = a.capacity, state = shown_state(a), load = a.load, disabled = a.disabled == 1, version = a.version}
end
