-- archive_load: everything that the record keeps of a chat.
--
-- Guarantee: all of one moment; `last` in it is what `archived` compares with.
-- Keys: c:<chat>, c:<chat>:log, c:<chat>:notes, c:<chat>:why
-- Arguments: incarnation, deadline, chat
-- Result: ok, JSON {meta, visitor, closed_by, assigned_at, closed_at}, list of notes, list of decisions, list of
--   entries (id, fields) as XRANGE has it
-- Errors: not_found
-- Kind: read.
command('archive_load', 'read', function(x, keys, args)
  local c = chat_of(x, args[1])
  if not c then return err('not_found') end
  return {'ok', cjson.encode({meta = chat_meta(x, c), visitor = visitor_meta(x, c.visitor), closed_by = c.closed_by,
    assigned_at = c.assigned_at, closed_at = c.closed_at}),
    call('LRANGE', keys[3], 0, -1), call('LRANGE', keys[4], 0, -1), call('XRANGE', keys[2], '-', '+')}
end)
