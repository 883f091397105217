-- A chat goes to an agent, comes back, ends. These write and never refuse: the functions check first.

-- A chat holds its notes within the bounds of its log. "" is no note.
local function note_fits(c, note)
  return note == '' or c.bytes + #note <= LOG_BYTES
end

-- Keeps the note and tells the agents who follow the chat; `frame` is the finished event.
local function keep_note(x, c, agent, note, frame)
  if note == '' then return end
  call('RPUSH', x.p .. 'c:' .. c.id .. ':notes', note)
  c.bytes = c.bytes + #note
  save(x, c, 'bytes')
  emit(x, c.nodes, {k = 'ephemeral', chat = c.id, visitor = c.visitor, agent = c.agent, frame = frame,
    reason = 'agents', sender = 'a:' .. agent})
end

-- Which department an agent serves a chat for: what was wanted, or of `any` the first of the agent's departments in
-- that channel, in the order of the configuration.
local function served_department(x, c, a)
  local cfg = config(x)
  if cfg.departments[c.wanted] then return c.wanted end
  local own = {}
  for _, id in ipairs(departments_of(a)) do own[id] = true end
  for _, id in ipairs(cfg.in_channel[c.channel] or {}) do
    if own[id] then return id end
  end
  return c.department
end

local function answer_within_ms(x, c)
  return number((config(x).departments[c.department] or {}).answer_within_s) * 1000
end

-- Gives the chat to the agent. The chat must not be held by another (see take_from).
local function assign(x, c, a)
  if c.status == 'queued' then dequeue(x, c) end
  c.status, c.agent, c.agent_name = 'assigned', a.id, a.name
  c.department = served_department(x, c, a)
  c.assigned_at, c.assigned_clock, c.act, c.answered, c.served = math.max(x.now, c.at), clock(x), clock(x), 0, 1
  save(x, c, 'status', 'agent', 'agent_name', 'department', 'assigned_at', 'assigned_clock', 'act', 'answered', 'served')
  call('SADD', x.p .. 'a:' .. a.id .. ':chats', c.id)
  a.load = a.load + 1
  place(x, a)
  for inc in string.gmatch(console_nodes(x, a.id), '%S+') do add_node(x, c, inc) end
  local within = answer_within_ms(x, c)
  if within > 0 then call('ZADD', x.p .. 'answers', clock(x) + within, c.id) end
  call('ZADD', x.p .. 'idle', clock(x) + number(config(x).chat.idle_close_s) * 1000, c.id)
  write_entry(x, c, 'assigned', '"kind":"assigned",' .. FROM_SYSTEM .. ',"agent":{"id":' .. cjson.encode(a.id)
    .. ',"name":' .. cjson.encode(a.name) .. '}}')
  emit(x, c.nodes, {k = 'assigned', chat = c.id, visitor = c.visitor, agent = a.id})
end

-- Takes the chat from its holder. Returns the agent (nil if it was not held); the caller gives the chat a new place,
-- emits `revoked`, and then lets the agent have another chat (match_agent). With `in_hand` nothing may look at the pools
-- before that.
local function take_from(x, c, in_hand)
  if c.status ~= 'assigned' then return nil end
  if c.answered == 0 then call('ZREM', x.p .. 'answers', c.id) end
  call('ZREM', x.p .. 'idle', c.id)
  local a = agent_of(x, c.agent)
  if not a then return nil end
  call('SREM', x.p .. 'a:' .. a.id .. ':chats', c.id)
  a.load = math.max(0, a.load - 1)
  renew_idle(x, a)
  if in_hand then lift(x, a) else place(x, a) end
  return a
end

local function emit_revoked(x, c, a, reason)
  if a then emit(x, c.nodes, {k = 'revoked', chat = c.id, visitor = c.visitor, agent = a.id, reason = reason}) end
end

-- True if somebody online in the chat's pool was not tried for it, leaving `except` aside.
local function untried_online(x, c, except)
  local set = {}
  for id in pairs((tried_of(c))) do set[id] = true end
  if except then set[except] = true end
  local online = 0
  for _, class in ipairs({'av', 'tk', 'full'}) do
    online = online + size_of(x, c.pool, class)
    for id in pairs(set) do
      if call('ZSCORE', x.p .. 'p:' .. c.pool .. ':' .. class, id) then online = online - 1 end
    end
  end
  return online > 0
end

-- The free agent at the head of the chat's pool who was not tried for it.
local function best_agent(x, c)
  local tried, count = tried_of(c)
  for _, id in ipairs(call('ZRANGE', x.p .. 'p:' .. c.pool .. ':av', 0, count)) do
    if not tried[id] then return agent_of(x, id) end
  end
  return nil
end

-- Gives a waiting chat to the best agent of its pool, if there is one. When nobody untried is online, the tried may
-- have it again. `quiet` keeps no decision where nothing was decided.
local function match_chat(x, c, event, quiet)
  if c.tried ~= '' and not untried_online(x, c) then
    c.tried = ''
    save(x, c, 'tried')
    call('ZREM', x.p .. 'tried', c.id)
  end
  local a = best_agent(x, c)
  if quiet and not a then return end
  keep_decision(x, c, decision(x, c, event, a))
  if a then assign(x, c, a) end
end

local SKIP = 100   -- how far behind a queue's head an agent looks for a chat for which it was not tried

-- The first chat of the queue that the agent was not tried for, with its score.
local function first_untried(x, pool, agent)
  local from = 0
  while from <= SKIP do
    local to = from == 0 and 0 or from + 24
    local rows = call('ZRANGE', x.p .. 'w:' .. pool, from, to, 'WITHSCORES')
    if #rows == 0 then return nil end
    for i = 1, #rows, 2 do
      local c = chat_of(x, rows[i])
      if c and not tried_of(c)[agent] then return c, number(rows[i + 1]) end
    end
    from = to + 1
  end
  return nil
end

-- An agent who got free takes the best waiting chats over all its queues, until full.
local function match_agent(x, a)
  while class_of(a) == 'av' do
    local best, best_score
    for _, pool in ipairs(pools_of(a)) do
      if pool[2] == 1 then
        local c, score = first_untried(x, pool[1], a.id)
        if c and (not best or score < best_score) then best, best_score = c, score end
      end
    end
    if not best then break end
    keep_decision(x, best, decision(x, best, 'agent_free', a))
    assign(x, best, a)
  end
  if a.in_hand then place(x, a) end
end

-- The chat goes back into the queue, at its old place unless it was transferred. Returns who held it; the caller
-- matches the chat.
local function put_back(x, c, reason)
  local a = take_from(x, c)
  queue_up(x, c, reason)
  emit_revoked(x, c, a, reason == 'transfer' and 'transferred' or reason)
  return a
end

-- The same for one chat by itself: whoever is free has it, then its former holder has the next.
local function send_back(x, c, reason)
  local a = put_back(x, c, reason)
  match_chat(x, c, reason)
  if a then match_agent(x, a) end
end

-- Gives several waiting chats to whoever is free, those first whose turn is first.
local function match_in_order(x, chats, event, quiet)
  table.sort(chats, function(one, other) return score_of(x, one) < score_of(x, other) end)
  for _, c in ipairs(chats) do match_chat(x, c, event, quiet) end
end

-- The agent is offline from now on; all its chats go back at once.
local function go_offline(x, a)
  local was = shown_state(a)
  a.state, a.grace = 'offline', 0
  call('ZREM', x.p .. 'grace:agents', a.id)
  place(x, a)
  local chats = {}
  for _, id in ipairs(call('SMEMBERS', x.p .. 'a:' .. a.id .. ':chats')) do
    local c = chat_of(x, id)
    if c and c.agent == a.id then
      put_back(x, c, 'agent_lost')
      table.insert(chats, c)
    end
  end
  match_in_order(x, chats, 'agent_lost')
  if was ~= 'offline' then emit_agent(x, a) end
end

local function keep_handling_time(x, c)
  local took = clock(x) - c.assigned_clock
  for _, pool in ipairs({'dep:' .. c.department, 'chan:' .. c.channel}) do
    local kept = call('LPUSH', x.p .. 'done:' .. pool, took)
    if kept >= 2 * HISTORY then call('LTRIM', x.p .. 'done:' .. pool, 0, HISTORY - 1) end
  end
end

-- Ends the chat and puts it into the work list of the record, in one step. `from` is the JSON member of who did it.
local function finish(x, c, by, outcome, from)
  if c.status == 'queued' then dequeue(x, c) end
  if c.status == 'assigned' then keep_handling_time(x, c) end
  local a = take_from(x, c, true)
  if c.served == 0 then outcome = 'missed' end
  c.status, c.closed_by, c.outcome = 'closed', by, outcome
  c.closed_at, c.closed_seq = math.max(x.now, c.at), c.last + 1
  save(x, c, 'status', 'closed_by', 'outcome', 'closed_at', 'closed_seq')
  call('HDEL', x.p .. 'vis:' .. c.visitor, 'chat:' .. c.channel)
  call('ZADD', x.p .. 'closing', clock(x), c.id)
  write_entry(x, c, 'closed', '"kind":"closed",' .. from .. ',"by":"' .. by .. '","outcome":' .. cjson.encode(outcome)
    .. '}')
  emit_revoked(x, c, a, 'closed')
  if a then match_agent(x, a) end
end

-- May be given another chat by hand: has a free slot and is not offline. (Who is away may still pick one.)
local function may_hold_more(a)
  return a.disabled == 0 and a.state ~= 'offline' and a.load < a.capacity
end

-- From one agent to another without waiting in between: entries transferred, assigned. `by` did it.
local function hand_over(x, c, a, by, event, rule)
  local why = named_decision(x, event, a, rule)
  write_entry(x, c, 'transferred', '"kind":"transferred",' .. from_json('agent', by.id, by.name) .. ',"to":{"agent":{"id":'
    .. cjson.encode(a.id) .. ',"name":' .. cjson.encode(a.name) .. '}}}', {sender = 'a:' .. by.id})
  local before = take_from(x, c)
  emit_revoked(x, c, before, 'transferred')
  keep_decision(x, c, why)
  assign(x, c, a)
  if before then match_agent(x, before) end
end
