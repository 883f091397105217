-- sweep: called by every server each second. Renews its lease, moves the logical clock, does what is due.
--
-- Guarantee: idempotent and bounded (50 due items a call), so nobody is elected. The clock advances by what Redis'
--   TIME did since the last call of any server, at least 0 and at most 2 s: it stands still while Redis is away and
--   ignores jumps of the wall clock.
-- Keys: meta
-- Arguments: incarnation, deadline (0)
-- Result: ok, JSON {events, closing (how many chats the record does not have yet), queues, agents (revisions), now, config (the
--   version of the routing configuration in force)}
-- Errors: fenced
-- Kind: always.

local MEMORY_SHARE = 0.8   -- of maxmemory: beyond, no new chats, so that the open ones go on

local function advance_clock(x)
  local before = number(call('HGET', x.p .. 'meta', 'clock_at'))
  local step = math.max(0, math.min(CLOCK_STEP_MS, x.now - before))
  x.clock = call('HINCRBY', x.p .. 'meta', 'clock', step)
  call('HSET', x.p .. 'meta', 'clock_at', x.now)
  call('ZADD', x.p .. 'nodes', x.clock + LEASE_MS, x.inc)
end

local function watch_memory(x)
  local info = call('INFO', 'memory')
  local used = number(string.match(info, 'used_memory:(%d+)'))
  local most = number(string.match(info, 'maxmemory:(%d+)'))
  local high = most > 0 and used > MEMORY_SHARE * most and '1' or '0'
  if high ~= (call('HGET', x.p .. 'meta', 'memory_high') or '0') then
    call('HSET', x.p .. 'meta', 'memory_high', high)
    x.queues_changed = true
  end
end

local function bury_dead(x, budget)
  for _, inc in ipairs(call('ZRANGEBYSCORE', x.p .. 'nodes', '-inf', '(' .. clock(x))) do declare_dead(x, inc) end
  for _, inc in ipairs(call('SMEMBERS', x.p .. 'dead')) do
    if budget > 0 then budget = bury(x, inc, budget) end
  end
  return budget
end

local on_due = {}

on_due['grace:agents'] = function(x, id)
  call('ZREM', x.p .. 'grace:agents', id)
  local a = agent_of(x, id)
  if a and a.grace == 1 then go_offline(x, a) end
end

on_due['grace:visitors'] = function(x, id)
  call('ZREM', x.p .. 'grace:visitors', id)
  local c = chat_of(x, id)
  if c and c.status == 'queued' and not visitor_connected(x, c.visitor) then
    finish(x, c, 'timeout', 'left', FROM_SYSTEM)
  end
end

-- No first answer: to somebody else who is online and untried, if there is one; else it stays where it is.
on_due['answers'] = function(x, id)
  local c = chat_of(x, id)
  if not c or c.status ~= 'assigned' or c.answered == 1 or answer_within_ms(x, c) == 0 then
    call('ZREM', x.p .. 'answers', id)
    return
  end
  c.pool = pool_for(x, c)
  if not untried_online(x, c, c.agent) then
    call('ZADD', x.p .. 'answers', clock(x) + answer_within_ms(x, c), id)
    return
  end
  add_tried(c, c.agent)
  send_back(x, c, 'no_answer')
end

on_due['overflow'] = function(x, id)
  local c = chat_of(x, id)
  call('ZREM', x.p .. 'overflow', id)
  if not c or c.status ~= 'queued' then return end
  call('ZREM', x.p .. 'w:' .. c.pool, id)
  c.pool = pool_for(x, c)
  call('ZADD', x.p .. 'w:' .. c.pool, score_of(x, c), id)
  save(x, c, 'pool')
  x.queues_changed = true
  match_chat(x, c, 'overflow')
end

on_due['idle'] = function(x, id)
  local c = chat_of(x, id)
  local idle_ms = number(config(x).chat.idle_close_s) * 1000
  if not c or c.status ~= 'assigned' then
    call('ZREM', x.p .. 'idle', id)
  elseif c.act + idle_ms > clock(x) then
    -- A message moves the due time only here, so that append writes less.
    call('ZADD', x.p .. 'idle', c.act + idle_ms, id)
  else
    finish(x, c, 'timeout', 'left', FROM_SYSTEM)
  end
end

-- Waiting chats that somebody was tried for: eligible again when nobody untried is online any more.
on_due['tried'] = function(x, id)
  local c = chat_of(x, id)
  if not c or c.status ~= 'queued' or c.tried == '' then
    call('ZREM', x.p .. 'tried', id)
    return
  end
  call('ZADD', x.p .. 'tried', clock(x) + 1000, id)
  match_chat(x, c, 'tried_again', true)
end

local DUE_ORDER = {'grace:agents', 'grace:visitors', 'answers', 'overflow', 'idle', 'tried'}

local function do_due(x, budget)
  for _, name in ipairs(DUE_ORDER) do
    if budget <= 0 then return end
    local ids = call('ZRANGEBYSCORE', x.p .. name, '-inf', clock(x), 'LIMIT', 0, budget)
    for _, id in ipairs(ids) do on_due[name](x, id) end
    budget = budget - #ids
  end
end

command('sweep', 'always', function(x)
  advance_clock(x)
  watch_memory(x)
  do_due(x, bury_dead(x, SWEEP_ITEMS))
  local queues, agents = revisions(x)
  return ok_json({events = x.events, closing = call('ZCARD', x.p .. 'closing'), now = x.now, config = call('GET', x.p .. 'cfgv') or '',
    queues = queues, agents = agents})
end)
