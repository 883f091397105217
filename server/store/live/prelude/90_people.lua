-- Visitors and agents coming and going.

-- The open chats of a visitor, one per channel at most.
local function open_chats(x, visitor)
  local list = {}
  local fields = call('HGETALL', x.p .. 'vis:' .. visitor)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 5) == 'chat:' then
      local c = chat_of(x, fields[i + 1])
      if c and c.status ~= 'closed' then table.insert(list, c) end
    end
  end
  return list
end

local function emit_visitor(x, visitor, chats)
  for _, c in ipairs(chats) do
    emit(x, c.nodes, {k = 'visitor', chat = c.id, visitor = visitor, agent = c.agent})
  end
end

-- The visitor has no socket left on `inc`. With none anywhere, a waiting chat keeps its place for a while only.
local function visitor_left(x, visitor, inc)
  call('SREM', x.p .. 'n:' .. inc .. ':vis', visitor)
  if call('SREM', x.p .. 'vis:' .. visitor .. ':n', inc) == 0 or visitor_connected(x, visitor) then return end
  local chats = open_chats(x, visitor)
  for _, c in ipairs(chats) do
    if c.status == 'queued' then
      call('ZADD', x.p .. 'grace:visitors', clock(x) + number(config(x).chat.visitor_grace_s) * 1000, c.id)
    end
  end
  emit_visitor(x, visitor, chats)
end

local VISITOR_FIELDS = {'name', 'email', 'verified', 'locale', 'page', 'fields', 'since_at'}

local function visitor_meta(x, id)
  local v = call('HMGET', x.p .. 'vis:' .. id, unpack(VISITOR_FIELDS))
  return {id = id, name = v[1] or '', email = v[2] or '', verified = v[3] == '1', locale = v[4] or '',
    page = text(v[5]) or '{}', fields = text(v[6]) or '{}', since_at = number(v[7]),
    connected = visitor_connected(x, id)}
end

-- A console of `inc` is gone. The last one gone begins the grace period, within which everything stays as it was.
local function console_left(x, agent, device, inc, generation)
  local key = x.p .. 'a:' .. agent .. ':dev'
  call('SREM', x.p .. 'n:' .. inc .. ':con', agent .. ' ' .. device)
  local held = call('HGET', key, device)
  if not held or string.match(held, '^%S+') ~= inc then return end
  if generation and held ~= inc .. ' ' .. generation then return end
  call('HDEL', key, device)
  local a = agent_of(x, agent)
  if not a or a.state == 'offline' or call('HLEN', key) > 0 then return end
  a.grace = 1
  place(x, a)
  call('ZADD', x.p .. 'grace:agents', clock(x) + number(config(x).chat.agent_grace_s) * 1000, agent)
  emit_agent(x, a)
end

-- Ends sessions: `only` one, or all.
local function end_sessions(x, agent, only)
  local key = x.p .. 'a:' .. agent .. ':sessions'
  for _, hash in ipairs(only and {only} or call('SMEMBERS', key)) do
    call('DEL', x.p .. 's:' .. hash)
    call('SREM', key, hash)
  end
  emit_all(x, {k = 'signed_out', agent = agent, reason = only or ''})
end

-- Gives the people of a dead incarnation up, at most `budget` of them; forgets it when none is left.
local function bury(x, inc, budget)
  for _, visitor in ipairs(call('SRANDMEMBER', x.p .. 'n:' .. inc .. ':vis', budget)) do
    visitor_left(x, visitor, inc)
    budget = budget - 1
  end
  if budget <= 0 then return 0 end
  for _, console in ipairs(call('SRANDMEMBER', x.p .. 'n:' .. inc .. ':con', budget)) do
    local agent, device = string.match(console, '^(%S+) (.*)$')
    console_left(x, agent, device, inc)
    budget = budget - 1
  end
  if budget > 0 then call('SREM', x.p .. 'dead', inc) end
  return budget
end

-- From now on the server counts as dead: what it sends is refused, its people are given up bit by bit.
local function declare_dead(x, inc)
  call('ZREM', x.p .. 'nodes', inc)
  call('HDEL', x.p .. 'libs', inc)
  call('SADD', x.p .. 'dead', inc)
end
