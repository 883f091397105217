-- Waiting: one sorted set w:<pool> per pool, ordered by priority, then by the number of the chat's first arrival,
-- which it keeps for life, so that a chat that comes back has its old place.

local PRIORITY_SPAN = 4   -- chat priority plus channel priority, cut to -4..4
local BAND = 2 ^ 49       -- one priority's share of the scores; 9 bands stay below 2^53

local function score_of(x, c)
  local channel = config(x).channels[c.channel] or {}
  local priority = math.max(-PRIORITY_SPAN, math.min(PRIORITY_SPAN, c.priority + number(channel.priority)))
  return (PRIORITY_SPAN - priority) * BAND + c.arrival
end

-- The departments whose agents serve this chat; a department that the configuration no longer has counts as any.
local function wanted_departments(x, c)
  local cfg = config(x)
  if cfg.departments[c.wanted] then return {c.wanted} end
  return cfg.in_channel[c.channel] or {}
end

-- The pool that a waiting chat belongs to now.
local function pool_for(x, c)
  local cfg = config(x)
  local department = cfg.departments[c.wanted]
  if not department then return 'chan:' .. c.channel end
  if department.overflows and c.wait_from + department.overflow_after_s * 1000 <= clock(x) then
    return 'over:' .. c.wanted
  end
  return 'dep:' .. c.wanted
end

local function visitor_connected(x, visitor)
  return call('SCARD', x.p .. 'vis:' .. visitor .. ':n') > 0
end

local function dequeue(x, c)
  if c.pool ~= '' then call('ZREM', x.p .. 'w:' .. c.pool, c.id) end
  -- Where one of these stayed behind, because the configuration changed, the sweep takes it away.
  if (config(x).departments[c.wanted] or {}).overflows then call('ZREM', x.p .. 'overflow', c.id) end
  if c.tried ~= '' then call('ZREM', x.p .. 'tried', c.id) end
  call('ZREM', x.p .. 'grace:visitors', c.id)
  x.queues_changed = true
end

-- Puts the chat into the queue where it belongs, without an entry in the log.
local function enqueue(x, c)
  if c.arrival == 0 then c.arrival = call('HINCRBY', x.p .. 'meta', 'arrival', 1) end
  c.pool = pool_for(x, c)
  call('ZADD', x.p .. 'w:' .. c.pool, score_of(x, c), c.id)
  local department = config(x).departments[c.wanted]
  if department and department.overflows and c.pool == 'dep:' .. c.wanted then
    call('ZADD', x.p .. 'overflow', c.wait_from + department.overflow_after_s * 1000, c.id)
  end
  if c.tried ~= '' then call('ZADD', x.p .. 'tried', clock(x) + 1000, c.id) end
  if not visitor_connected(x, c.visitor) then
    call('ZADD', x.p .. 'grace:visitors', clock(x) + number(config(x).chat.visitor_grace_s) * 1000, c.id)
  end
  x.queues_changed = true
end

-- The visitor starts to wait: back into the queue, with the entry that says why.
local function queue_up(x, c, reason, create)
  c.status, c.agent, c.agent_name = 'queued', '', ''
  c.department = config(x).departments[c.wanted] and c.wanted or 'any'
  if reason == 'new' or reason == 'transfer' then c.wait_from = clock(x) end
  if c.since_at == 0 then c.since_at = math.max(x.now, c.at) end
  enqueue(x, c)
  save(x, c, 'status', 'agent', 'agent_name', 'department', 'wait_from', 'since_at', 'arrival', 'pool', 'tried',
    'wanted')
  write_entry(x, c, 'queued', '"kind":"queued",' .. FROM_SYSTEM .. ',"department":' .. cjson.encode(c.department)
    .. ',"reason":"' .. reason .. '"}', {create = create})
end

-- 1 is next: whoever would be served before, in all queues that the agents of the wanted departments serve.
local function position_of(x, c)
  local score, before = score_of(x, c), 0
  for _, pool in ipairs(rival_pools(config(x), wanted_departments(x, c))) do
    before = before + call('ZCOUNT', x.p .. 'w:' .. pool, '-inf', '(' .. string.format('%.0f', score))
  end
  return before + 1
end

-- The median handling time in ms of the last chats of a queue; nil below 5.
local function median_ms(x, pool)
  local times = call('LRANGE', x.p .. 'done:' .. pool, 0, HISTORY - 1)
  if #times < HISTORY_LEAST then return nil end
  for i, value in ipairs(times) do times[i] = number(value) end
  table.sort(times)
  local middle = math.floor((#times + 1) / 2)
  if #times % 2 == 1 then return times[middle] end
  return (times[middle] + times[middle + 1]) / 2
end

-- Estimated wait in s of whoever is at `place`: median x place / slots. nil without history or without slots.
local function wait_estimate(x, history, pool, at_place)
  local slots = number(call('HGET', x.p .. 'p:' .. pool, 'slots'))
  local median = median_ms(x, history)
  if not median or slots <= 0 then return nil end
  return math.ceil(median * at_place / slots / 1000)
end

-- Where a chat's handling times are kept: overflowing does not make a department another queue.
local function history_of(pool)
  return (string.gsub(pool, '^over:', 'dep:'))
end

-- Everything of types.hpp's ChatMeta.
local function chat_meta(x, c)
  local meta = {id = c.id, status = c.status, channel = c.channel, department = c.department, visitor = c.visitor,
    agent = c.agent, agent_name = c.agent_name, outcome = c.outcome, priority = c.priority, last = c.last,
    read_v = c.read_v, read_a = c.read_a, started_at = c.started_at, closed_at = c.closed_at}
  if c.status == 'queued' then
    meta.position = position_of(x, c)
    meta.wait_s = wait_estimate(x, history_of(c.pool), c.pool, meta.position)
  end
  return meta
end
