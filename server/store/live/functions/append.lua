-- append: messages at the ends of their chats' logs, each exactly once per sender and client_id.
--
-- Guarantee: numbered without a gap, in the order of the calls and of the messages in them; a repetition with the same
--   content gets the first answer again, also after the chat closed; another content is refused. Published in the same
--   step. Each message is judged by itself: what becomes of one changes nothing for the others.
-- Keys: c:<chat> of each message; one for each message
-- Arguments: incarnation, deadline (0: the client_ids make it repeatable), then for each message: sender ("v:<visitor>",
--   "a:<agent>"), client_id, content hash, rest (members of the entry after "at"), replay only (1: anything new is
--   slow_down)
-- Result: ok, a text with three words for each message, a blank after each: seq, at, replayed (0 or 1). The caller makes
--   the same entry of them (protocol::entry). Of a refused one: the code, the ms after which to try again, "-".
-- Errors: in place of a message's seq: not_found, not_assigned, chat_closed, client_id_reuse, slow_down
-- Kind: content. The hot path: HMGET, XADD, HSET and a PUBLISH per other server; no JSON is read or built for one.
local MESSAGE_WORDS = 5

local function refused(code, retry_after_ms)
  return code .. ' ' .. (retry_after_ms or 0) .. ' - '
end

local function tell(x, nodes, event)
  if nodes ~= x.inc .. ' ' then emit(x, nodes, event) end
end

local function append(x, key, who, client_id, hash, rest, replay_only)
  local of_agent, sender = string.sub(who, 1, 1) == 'a', string.sub(who, 3)
  local dedupe = 'm:' .. who .. ':' .. client_id
  local status, last, at, visitor, agent, nodes, bytes, answered, known = unpack(call('HMGET', key, 'status',
    'last', 'at', 'visitor', 'agent', 'nodes', 'bytes', 'answered', dedupe))
  if not status or (not of_agent and visitor ~= sender) then return refused('not_found') end
  if known then
    local old_seq, old_at, old_hash = string.match(known, '^(%d+):(%d+):(.*)$')
    if old_hash ~= hash then return refused('client_id_reuse') end
    return old_seq .. ' ' .. old_at .. ' 1 '
  end
  if of_agent and agent ~= sender then return refused('not_assigned') end
  if status == 'closed' then return refused('chat_closed') end
  if of_agent and status ~= 'assigned' then return refused('not_assigned') end
  if replay_only == '1' then return refused('slow_down') end
  local seq = number(last) + 1
  at = math.max(x.now, number(at))
  local chat = string.sub(key, #x.p + 3)
  local frame = entry_frame(chat, seq, at, rest)
  bytes = number(bytes) + #frame
  if seq > LOG_ENTRIES or bytes > LOG_BYTES then return refused('slow_down', 60000) end

  local seq_text, at_text = whole(seq), whole(at)
  call('XADD', key .. ':log', 'NOMKSTREAM', '0-' .. seq_text, 'f', frame, 'k', 'message', 's', who, 'i', client_id, 'h', hash)
  if of_agent and answered ~= '1' then
    call('ZREM', x.p .. 'answers', chat)
    call('HSET', key, 'answered', '1')
  end
  x.clock_text = x.clock_text or whole(clock(x))
  call('HSET', key, 'last', seq_text, 'at', at_text, 'bytes', whole(bytes), 'act', x.clock_text, dedupe,
    seq_text .. ':' .. at_text .. ':' .. hash)
  tell(x, nodes, {k = 'entry', chat = chat, visitor = visitor, agent = agent, ek = 'message', frame = frame, seq = seq,
    sender = who})
  return seq_text .. ' ' .. at_text .. ' 0 '
end

command('append', 'content', function(x, keys, args)
  local answers = {}
  for i, key in ipairs(keys) do
    local first = (i - 1) * MESSAGE_WORDS + 1
    answers[i] = append(x, key, unpack(args, first, first + MESSAGE_WORDS - 1))
  end
  return ok(table.concat(answers))
end)
