-- A chat as the store keeps it: the hash c:<chat> and its log c:<chat>:log, a stream with the ids 0-<seq>.

-- The texts first, then the numbers.
local CHAT_FIELDS = {'status', 'channel', 'wanted', 'department', 'visitor', 'agent', 'agent_name', 'pool', 'tried',
  'closed_by', 'outcome', 'nodes', 'rated',
  'priority', 'last', 'at', 'read_v', 'read_a', 'started_at', 'arrival', 'since_at', 'wait_from', 'assigned_at',
  'assigned_clock', 'answered', 'served', 'closed_at', 'closed_seq', 'bytes', 'act'}
local CHAT_TEXTS = 13

-- nil if there is no such chat (any more).
local function chat_of(x, id)
  if x.chats[id] ~= nil then return x.chats[id] or nil end
  local values = call('HMGET', x.p .. 'c:' .. id, unpack(CHAT_FIELDS))
  if not values[1] then
    x.chats[id] = false
    return nil
  end
  local c = {id = id}
  for i, name in ipairs(CHAT_FIELDS) do
    if i <= CHAT_TEXTS then c[name] = values[i] or '' else c[name] = number(values[i]) end
  end
  x.chats[id] = c
  return c
end

local function save(x, c, ...)
  write_later(x, x.p .. 'c:' .. c.id, c, {...})
end

-- The agents that were tried for a chat, as a set and their number.
local function tried_of(c)
  local set, count = {}, 0
  for id in string.gmatch(c.tried, '%S+') do
    set[id] = true
    count = count + 1
  end
  return set, count
end

local function add_tried(c, agent)
  if not tried_of(c)[agent] then c.tried = c.tried .. agent .. ' ' end
end

local function from_json(role, id, name)
  return '"from":{"role":"' .. role .. '","id":' .. cjson.encode(id) .. ',"name":' .. cjson.encode(name) .. '}'
end
local FROM_SYSTEM = '"from":{"role":"system","id":"","name":""}'

-- The finished wire text of an entry. `rest` are its members after "at", with the closing brace.
local function entry_frame(chat, seq, at, rest)
  return string.format('{"type":"entry","chat":"%s","seq":%d,"at":%d,', chat, seq, at) .. rest
end

-- Appends one entry to the log and emits it; returns its seq. `at` never falls within a chat, whatever the wall
-- clock does. `entry` has sender ("v:<id>", "a:<id>", nothing for the system), client_id and hash where there are
-- such, and `create` for the first entry: only a start makes the stream.
local function write_entry(x, c, kind, rest, entry)
  entry = entry or {}
  c.at, c.last = math.max(x.now, c.at), c.last + 1
  local frame = entry_frame(c.id, c.last, c.at, rest)
  c.bytes = c.bytes + #frame
  local words = {x.p .. 'c:' .. c.id .. ':log'}
  if not entry.create then table.insert(words, 'NOMKSTREAM') end
  for _, word in ipairs({'0-' .. c.last, 'f', frame, 'k', kind, 's', entry.sender or 's',
    'i', entry.client_id or '', 'h', entry.hash or ''}) do
    table.insert(words, word)
  end
  call('XADD', unpack(words))
  save(x, c, 'last', 'at', 'bytes')
  emit(x, c.nodes, {k = 'entry', chat = c.id, visitor = c.visitor, agent = c.agent, ek = kind, frame = frame,
    seq = c.last, sender = entry.sender or 's'})
  return c.last
end
