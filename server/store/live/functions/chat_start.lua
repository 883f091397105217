-- chat_start: a visitor begins a chat; it waits, or has an agent at once.
--
-- Guarantee: one open chat per visitor and channel (a second start gets the first chat and stores nothing); the same
--   client_id gets the same chat, even closed. Refused as offline, nothing is stored. Entries in this order:
--   message (if any), queued, assigned (if matched).
-- Keys: c:<chat>, vis:<visitor>
-- Arguments: incarnation, deadline (0), JSON {chat, visitor, token_hash, channel, department, open, client_id,
--   content_hash, name, email, fields, message_rest, known_only (true: a new chat is slow_down)}
-- Result: ok, JSON {chat, existing, meta, events}; of a chat that the record has by now, meta is only id and status
-- Errors: client_id_reuse, bad_field (department), slow_down, offline
-- Kind: content.

-- The ids of the departments that may take the chat, or nil and the field that is wrong.
local function start_departments(x, start)
  local cfg = config(x)
  if start.department ~= 'any' then
    local department = cfg.departments[start.department]
    if not department or department.channel ~= start.channel then return nil end
    return {start.department}
  end
  local list = cfg.in_channel[start.channel]
  return list and #list > 0 and list or nil
end

-- Somebody is online for it (grace counts, away does not), and the queue is not full.
local function can_wait(x, start, department)
  local function there_are(class) return size_of(x, 'dep:' .. department, class) > 0 end
  if not (there_are('full') or there_are('av') or there_are('tk') or there_are('grace')) then return false end
  local pool = start.department == 'any' and 'chan:' .. start.channel or 'dep:' .. department
  if size_of(x, pool, 'av') > 0 then return true end
  local waiting = 0
  for _, name in ipairs({'dep:' .. department, 'over:' .. department, 'chan:' .. start.channel}) do
    waiting = waiting + call('ZCARD', x.p .. 'w:' .. name)
  end
  return waiting < number(config(x).departments[department].max_waiting)
end

local function may_start(x, start, departments)
  if call('HGET', x.p .. 'meta', 'memory_high') == '1' then return false end
  local open = {}
  for _, id in ipairs(start.open) do open[id] = true end
  for _, id in ipairs(departments) do
    if open[id] and can_wait(x, start, id) then return true end
  end
  return false
end

-- A repeated start gets what the first got: the chat, with its entries from the first on.
local function replay_start(x, id)
  local c = chat_of(x, id)
  if not c then return ok_json({chat = id, existing = false, meta = {id = id, status = 'closed'}, events = {}}) end
  add_node(x, c, x.inc)
  for _, entry in ipairs(call('XRANGE', x.p .. 'c:' .. id .. ':log', '-', '+', 'COUNT', 200)) do
    table.insert(x.events, {k = 'entry', chat = id, visitor = c.visitor, agent = c.agent, ek = entry[2][4],
      frame = entry[2][2], seq = tonumber(string.sub(entry[1], 3)), sender = entry[2][6]})
  end
  return ok_json({chat = id, existing = false, meta = chat_meta(x, c), events = x.events})
end

local function store_visitor(x, start)
  local key = x.p .. 'vis:' .. start.visitor
  local words = {'chat:' .. start.channel, start.chat, 'cid:' .. start.client_id,
    start.chat .. ':' .. start.content_hash, 'started', '1'}
  -- What the site vouches for is not overwritten by what is typed.
  local verified = call('HGET', key, 'verified') == '1'
  local given = {name = not verified and text(start.name), email = not verified and text(start.email),
    fields = text(start.fields)}
  for field, value in pairs(given) do
    if value then
      table.insert(words, field)
      table.insert(words, value)
    end
  end
  call('HSET', key, unpack(words))
  call('EXPIRE', key, TOKEN_KEPT_S)
  call('EXPIRE', key .. ':n', TOKEN_KEPT_S)
  if text(start.token_hash) then
    call('SET', x.p .. 't:' .. start.token_hash, start.visitor, 'EX', TOKEN_KEPT_S)
  end
end

local function new_chat(x, start)
  local c = {id = start.chat}
  for i, name in ipairs(CHAT_FIELDS) do c[name] = i <= CHAT_TEXTS and '' or 0 end
  c.status, c.channel, c.wanted, c.visitor = 'queued', start.channel, start.department, start.visitor
  c.started_at, c.at, c.act = x.now, x.now, clock(x)
  c.nodes = x.inc .. ' '
  for _, inc in ipairs(call('SMEMBERS', x.p .. 'vis:' .. start.visitor .. ':n')) do
    if inc ~= x.inc then c.nodes = c.nodes .. inc .. ' ' end
  end
  save(x, c, 'status', 'channel', 'wanted', 'visitor', 'started_at', 'at', 'act', 'nodes')  -- the others are nothing yet
  x.chats[c.id] = c
  return c
end

command('chat_start', 'content', function(x, keys, args)
  local start = cjson.decode(args[1])
  local known, open = unpack(call('HMGET', keys[2], 'cid:' .. start.client_id, 'chat:' .. start.channel))
  if known then
    local id, hash = string.match(known, '^([^:]*):(.*)$')
    if hash ~= start.content_hash then return err('client_id_reuse') end
    return replay_start(x, id)
  end
  local existing = open and chat_of(x, open)
  if existing and existing.status ~= 'closed' then
    add_node(x, existing, x.inc)
    return ok_json({chat = open, existing = true, meta = chat_meta(x, existing), events = {}})
  end
  local departments = start_departments(x, start)
  if not departments then return err('bad_field', 'department') end
  if start.known_only then return err('slow_down') end
  if not may_start(x, start, departments) then return err('offline') end

  store_visitor(x, start)
  local c = new_chat(x, start)
  local create = true
  if text(start.message_rest) then
    local who = 'v:' .. start.visitor
    write_entry(x, c, 'message', start.message_rest,
      {sender = who, client_id = start.client_id, hash = start.content_hash, create = true})
    local dedupe = 'm:' .. who .. ':' .. start.client_id
    c[dedupe] = string.format('%d:%d:%s', c.last, c.at, start.content_hash)
    save(x, c, dedupe)
    create = false
  end
  queue_up(x, c, 'new', create)
  match_chat(x, c, 'new')
  return ok_json({chat = c.id, existing = false, meta = chat_meta(x, c), events = x.events})
end)
