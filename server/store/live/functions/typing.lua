-- typing: passes on that somebody types. Nothing is stored, but an agent who types has not let the visitor wait:
-- the answer is due answer_within_s from now.
--
-- Guarantee: from the visitor or the holder only; published to the other servers of the chat.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline, chat, role, who, frame (the finished event)
-- Result: ok, JSON of the chat
-- Errors: not_found, not_assigned, chat_closed
-- Kind: always.
command('typing', 'always', function(x, keys, args)
  local chat, role, who, frame = unpack(args)
  local c = chat_of(x, chat)
  if not c or (role == 'visitor' and c.visitor ~= who) then return err('not_found') end
  if role == 'agent' and c.agent ~= who then return err('not_assigned') end
  if c.status == 'closed' then return err('chat_closed') end
  if role == 'agent' and c.answered == 0 then
    call('ZADD', x.p .. 'answers', 'XX', 'GT', clock(x) + answer_within_ms(x, c), chat)
  end
  emit(x, c.nodes, {k = 'ephemeral', chat = chat, visitor = c.visitor, agent = c.agent, frame = frame,
    ek = 'typing', reason = role == 'visitor' and 'agents' or nil, sender = (role == 'agent' and 'a:' or 'v:') .. who})
  return ok_json(chat_meta(x, c))
end)
