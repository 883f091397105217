-- decisions: why the chat went to whom it went, oldest first.
--
-- Guarantee: one for each assignment and each time nobody was found, as it was at that moment.
-- Keys: c:<chat>, c:<chat>:why
-- Arguments: incarnation, deadline
-- Result: ok, then one text each, as 70_why.lua says
-- Errors: not_found
-- Kind: read.
command('decisions', 'read', function(x, keys, args)
  if call('EXISTS', keys[1]) == 0 then return err('not_found') end
  return ok(unpack(call('LRANGE', keys[2], -500, -1)))
end)
