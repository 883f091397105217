-- open_chats: the chats that wait or are held, newest first, each with its visitor: what a supervisor looks over.
--
-- Guarantee: of one moment. Costs one look at each pool and each agent, and a short one at each chat that is held;
-- whole chats are read of those only that are answered.
-- Keys: meta
-- Arguments: incarnation, deadline, JSON {departments: [id] or null for all, any_channels: [id], agent, limit}: chats of
--   these departments, those of any department of these channels, and those that this agent holds ("" for nobody)
-- Result: ok, JSON {chat, visitor} of each
-- Errors: none
-- Kind: read.

local function set_of(list)
  local set = {}
  for _, id in ipairs(list) do set[id] = true end
  return set
end

-- The pools whose chats are asked for: a chat that waits is in one of them, and no other chat is.
local function asked_pools(x, asked)
  local names = {}
  for name in pairs(config(x).pools) do
    local kind, id = string.match(name, '^(%a+):(.*)$')
    local wanted = not asked.departments or asked.departments[id]
    if kind == 'chan' then wanted = not asked.departments or asked.any_channels[id] end
    if wanted then table.insert(names, name) end
  end
  return names
end

-- The newest of a queue are the last of each priority; the score says when they first came.
local function add_waiting(x, pool, limit, rows)
  local key = x.p .. 'w:' .. pool
  if call('ZCARD', key) == 0 then return end
  for band = 0, 2 * PRIORITY_SPAN do
    local found = call('ZREVRANGEBYSCORE', key, string.format('(%.0f', (band + 1) * BAND),
      string.format('%.0f', band * BAND), 'WITHSCORES', 'LIMIT', 0, limit)
    for i = 1, #found, 2 do table.insert(rows, {found[i], number(found[i + 1]) - band * BAND}) end
  end
end

local function add_held(x, agent, asked, rows)
  if number(call('HGET', x.p .. 'a:' .. agent, 'load')) == 0 then return end
  for _, id in ipairs(call('SMEMBERS', x.p .. 'a:' .. agent .. ':chats')) do
    local department, channel, arrival = unpack(call('HMGET', x.p .. 'c:' .. id, 'department', 'channel', 'arrival'))
    local wanted = not asked.departments or agent == asked.agent or asked.departments[department]
      or (department == 'any' and asked.any_channels[channel])
    if wanted and arrival then table.insert(rows, {id, number(arrival)}) end
  end
end

command('open_chats', 'read', function(x, keys, args)
  local asked, rows, reply = cjson.decode(args[1]), {}, {'ok'}
  asked.departments = text(asked.departments) and set_of(asked.departments)
  asked.any_channels = set_of(asked.any_channels)
  for _, pool in ipairs(asked_pools(x, asked)) do add_waiting(x, pool, asked.limit, rows) end
  for _, agent in ipairs(call('SMEMBERS', x.p .. 'agents')) do add_held(x, agent, asked, rows) end
  table.sort(rows, function(one, other) return one[2] > other[2] end)
  for i = 1, math.min(asked.limit, #rows) do
    local c = chat_of(x, rows[i][1])
    if c then
      table.insert(reply, cjson.encode({chat = chat_meta(x, c), visitor = visitor_meta(x, c.visitor)}))
    end
  end
  return reply
end)
