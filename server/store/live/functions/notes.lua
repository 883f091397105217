-- notes: what agents noted about a chat, oldest first.
--
-- Guarantee: as written by `note`.
-- Keys: c:<chat>, c:<chat>:notes
-- Arguments: incarnation, deadline
-- Result: ok, then one JSON each
-- Errors: not_found
-- Kind: read.
command('notes', 'read', function(x, keys, args)
  if call('EXISTS', keys[1]) == 0 then return err('not_found') end
  return ok(unpack(call('LRANGE', keys[2], -500, -1)))
end)
