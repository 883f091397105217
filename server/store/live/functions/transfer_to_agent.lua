-- transfer_to_agent: the holder passes the chat on to another agent.
--
-- Guarantee: the other has it in the same step, within the capacity; entries transferred, assigned. The one who gave
--   it away may have the next waiting chat. The note is kept in the same step.
-- Keys: c:<chat>, a:<to>, c:<chat>:notes
-- Arguments: incarnation, deadline, chat, agent, to, note as JSON ("": none), frame (the finished event of the note)
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found (no such chat or agent), not_assigned, chat_closed, bad_field (to.agent: oneself), offline (not
--   online, or full), slow_down (the chat holds all it may)
-- Kind: always.
command('transfer_to_agent', 'always', function(x, keys, args)
  local chat, agent, to, note, frame = unpack(args)
  local c = chat_of(x, chat)
  if not c then return err('not_found') end
  if c.agent ~= agent then return err('not_assigned') end
  if c.status == 'closed' then return err('chat_closed') end
  local target = agent_of(x, to)
  if not target then return err('not_found') end
  if to == agent then return err('bad_field', 'to.agent') end
  if target.cls ~= 'av' then return err('offline') end
  if not note_fits(c, note) then return err('slow_down', '', 60000) end
  keep_note(x, c, agent, note, frame)
  hand_over(x, c, target, {id = agent, name = c.agent_name}, 'transfer', 'transferred')
  return ok_json({meta = chat_meta(x, c), seq = c.last, events = x.events})
end)
