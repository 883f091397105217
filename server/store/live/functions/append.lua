-- append: one message at the end of a chat's log, exactly once per sender and client_id.
--
-- Guarantee: numbered without a gap, in the order of the calls; a repetition with the same content gets the first
--   answer again, also after the chat closed; another content is refused. Published in the same step.
-- Keys: c:<chat>, c:<chat>:log
-- Arguments: incarnation, deadline (0: the client_id makes it repeatable), chat, role, sender, client_id,
--   content hash, rest (members of the entry after "at"), replay only (1: anything new is slow_down)
-- Result: ok, seq, at, replayed (0 or 1). The caller makes the same entry of them (protocol::entry).
-- Errors: not_found, not_assigned, chat_closed, client_id_reuse, slow_down
-- Kind: content. The hot path: HMGET, XADD, HSET and a PUBLISH per other server; no JSON is read or built for one.
command('append', 'content', function(x, keys, args)
  local chat, role, sender, client_id, hash, rest, replay_only = unpack(args)
  local who = (role == 'agent' and 'a:' or 'v:') .. sender
  local dedupe = 'm:' .. who .. ':' .. client_id
  local status, last, at, visitor, agent, nodes, bytes, answered, known = unpack(call('HMGET', keys[1], 'status',
    'last', 'at', 'visitor', 'agent', 'nodes', 'bytes', 'answered', dedupe))
  if not status or (role == 'visitor' and visitor ~= sender) then return err('not_found') end
  if known then
    local old_seq, old_at, old_hash = string.match(known, '^(%d+):(%d+):(.*)$')
    if old_hash ~= hash then return err('client_id_reuse') end
    return ok(tonumber(old_seq), tonumber(old_at), 1)
  end
  if role == 'agent' and agent ~= sender then return err('not_assigned') end
  if status == 'closed' then return err('chat_closed') end
  if role == 'agent' and status ~= 'assigned' then return err('not_assigned') end
  if replay_only == '1' then return err('slow_down') end
  local seq = number(last) + 1
  at = math.max(x.now, number(at))
  local frame = entry_frame(chat, seq, at, rest)
  bytes = number(bytes) + #frame
  if seq > LOG_ENTRIES or bytes > LOG_BYTES then return err('slow_down', '', 60000) end

  call('XADD', keys[2], 'NOMKSTREAM', '0-' .. seq, 'f', frame, 'k', 'message', 's', who, 'i', client_id, 'h', hash)
  local stamp = string.format('%d:%.0f:%s', seq, at, hash)
  if role == 'agent' and answered ~= '1' then
    call('ZREM', x.p .. 'answers', chat)
    call('HSET', keys[1], 'answered', '1')
  end
  call('HSET', keys[1], 'last', seq, 'at', at, 'bytes', bytes, 'act', clock(x), dedupe, stamp)
  emit(x, nodes, {k = 'entry', chat = chat, visitor = visitor, agent = agent, ek = 'message', frame = frame, seq = seq,
    sender = who})
  return ok(seq, at, 0)
end)
