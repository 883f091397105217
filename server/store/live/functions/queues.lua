-- queues: each department of a channel: who waits, who is there, how long it would take.
--
-- Guarantee: of one moment. `any` chats of the channel are counted and listed under each of its departments.
-- Keys: meta
-- Arguments: incarnation, deadline
-- Result: ok, JSON of each QueueSnapshot, in the order of the configuration
-- Errors: none
-- Kind: read.

local LISTED = 20

-- The longest wait: each priority has its own order of arrival, so the oldest is the head of one of the bands.
local function oldest(x, pool)
  local since, from = nil, 0
  while true do
    local head = call('ZRANGEBYSCORE', x.p .. 'w:' .. pool, string.format('%.0f', from), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if not head[1] then return since end
    local began = number(call('HGET', x.p .. 'c:' .. head[1], 'since_at'))
    if not since or began < since then since = began end
    from = (math.floor(number(head[2]) / BAND) + 1) * BAND
  end
end

local function first_chats(x, pools)
  local rows = {}
  for _, pool in ipairs(pools) do
    local found = call('ZRANGE', x.p .. 'w:' .. pool, 0, LISTED - 1, 'WITHSCORES')
    for i = 1, #found, 2 do table.insert(rows, {found[i], number(found[i + 1])}) end
  end
  table.sort(rows, function(one, other) return one[2] < other[2] end)
  local list = {}
  for i = 1, math.min(LISTED, #rows) do
    local visitor, since_at = unpack(call('HMGET', x.p .. 'c:' .. rows[i][1], 'visitor', 'since_at'))
    table.insert(list, {chat = rows[i][1], name = call('HGET', x.p .. 'vis:' .. visitor, 'name') or '',
      since_at = number(since_at)})
  end
  return list
end

local function snapshot(x, id, department)
  local home = 'dep:' .. id
  local pools = {home, 'over:' .. id, 'chan:' .. department.channel}
  local waiting, since, busy = 0, nil, {}
  for _, pool in ipairs(pools) do
    local count = call('ZCARD', x.p .. 'w:' .. pool)
    waiting = waiting + count
    if count > 0 then
      table.insert(busy, pool)
      local head = oldest(x, pool)
      if head and (not since or head < since) then since = head end
    end
  end
  local online = 0
  for _, class in ipairs({'av', 'tk', 'full', 'grace'}) do online = online + size_of(x, home, class) end
  local slots, used = unpack(call('HMGET', x.p .. 'p:' .. home, 'slots', 'used'))
  local wait = wait_estimate(x, home, home, waiting + 1)
  if wait and size_of(x, home, 'av') > 0 then wait = 0 end
  return {department = id, waiting = waiting, longest_wait_s = since and math.max(0, math.floor((x.now - since) / 1000)) or 0,
    agents_online = online, free_slots = math.max(0, number(slots) - number(used)), wait_s = wait,
    chats = first_chats(x, busy)}
end

command('queues', 'read', function(x)
  local cfg, reply = config(x), {'ok'}
  for _, id in ipairs(cfg.order) do
    local department = cfg.departments[id]
    if department.channel then table.insert(reply, cjson.encode(snapshot(x, id, department))) end
  end
  return reply
end)
