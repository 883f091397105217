-- transfer_to_department: the holder passes the chat on to a department's queue.
--
-- Guarantee: entries transferred, queued; its place there is that of its first arrival; matched in the same step, and
--   to the one who gave it away only if nobody else of the department is online. The note is kept in the same step.
-- Keys: c:<chat>, c:<chat>:notes
-- Arguments: incarnation, deadline, chat, agent, department, note as JSON ("": none), frame (the finished event of the note)
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found, not_assigned, chat_closed, bad_field (to.department), slow_down (the chat
--   holds all it may)
-- Kind: always.
command('transfer_to_department', 'always', function(x, keys, args)
  local chat, agent, department, note, frame = unpack(args)
  local c = chat_of(x, chat)
  if not c then return err('not_found') end
  if c.agent ~= agent then return err('not_assigned') end
  if c.status == 'closed' then return err('chat_closed') end
  local known = config(x).departments[department]
  if not known or not known.channel then return err('bad_field', 'to.department') end
  if not note_fits(c, note) then return err('slow_down', '', 60000) end
  keep_note(x, c, agent, note, frame)
  write_entry(x, c, 'transferred', '"kind":"transferred",' .. from_json('agent', agent, c.agent_name)
    .. ',"to":{"department":' .. cjson.encode(department) .. '}}', {sender = 'a:' .. agent})
  c.wanted, c.tried = department, agent .. ' '
  send_back(x, c, 'transfer')
  return ok_json({meta = chat_meta(x, c), seq = c.last, events = x.events})
end)
