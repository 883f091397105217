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
  if not note_fits(c, note) then return err('slow_down', '', 60000) end
  keep_note(x, c, agent, note, frame)
  return ok_json(chat_meta(x, c))
end)
