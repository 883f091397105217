-- note: a word between agents about a chat. Never part of the log. Who may write one is the desk's business.
--
-- Guarantee: kept in order, archived with the chat; published to the other servers of the chat.
-- Keys: c:<chat>, c:<chat>:notes
-- Arguments: incarnation, deadline, chat, agent, note as JSON, frame (the finished event)
-- Result: ok, JSON of the chat
-- Errors: not_found, chat_closed, slow_down (the chat holds all it may)
-- Kind: content.
command('note', 'content', function(x, keys, args)
  local chat, agent, note, frame = unpack(args)
  local c = chat_of(x, chat)
  if not c then return err('not_found') end
  if c.status == 'closed' then return err('chat_closed') end
  if c.bytes + #note > LOG_BYTES then return err('slow_down', '', 60000) end
  call('RPUSH', keys[2], note)
  c.bytes = c.bytes + #note
  save(x, c, 'bytes')
  emit(x, c.nodes, {k = 'ephemeral', chat = chat, visitor = c.visitor, agent = c.agent, frame = frame,
    reason = 'agents', sender = 'a:' .. agent})
  return ok_json(chat_meta(x, c))
end)
