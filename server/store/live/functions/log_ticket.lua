-- log_ticket: a ticket was opened from the chat; its log says so, also after its end.
--
-- Guarantee: one entry for each number, however often it is told.
-- Keys: c:<chat>, c:<chat>:log
-- Arguments: incarnation, deadline (0: the number makes it repeatable), chat, number ("T-000123"), rest (members of the
--   entry after "at")
-- Result: ok, JSON {meta, seq, events}; without events if it was there
-- Errors: not_found (the record has the chat by now)
-- Kind: always.
command('log_ticket', 'always', function(x, keys, args)
  local chat, number_text, rest = unpack(args)
  local c = chat_of(x, chat)
  if not c then return err('not_found') end
  local known = call('HGET', keys[1], 'ticket:' .. number_text)
  if known then return ok_json({meta = chat_meta(x, c), seq = tonumber(known), events = {}}) end
  local seq = write_entry(x, c, 'ticket', rest, {client_id = 'ticket-' .. number_text, hash = number_text})
  call('HSET', keys[1], 'ticket:' .. number_text, seq)
  return ok_json({meta = chat_meta(x, c), seq = seq, events = x.events})
end)
