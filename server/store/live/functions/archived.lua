-- archived: the record has committed the chat up to `last`; delete it here.
--
-- Guarantee: deletes a closed chat only if nothing in it lies beyond `last`; else there is more to archive first. (The
--   record may reach further: this store was restored from an older backup.) Repeating it is harmless.
-- Keys: c:<chat>, c:<chat>:log, c:<chat>:notes, c:<chat>:why
-- Arguments: incarnation, deadline, chat, last
-- Result: ok, 1 (gone) or 0 (there is more)
-- Errors: none
-- Kind: always.
command('archived', 'always', function(x, keys, args)
  local status, last = unpack(call('HMGET', keys[1], 'status', 'last'))
  if status and (status ~= 'closed' or number(last) > number(args[2])) then return ok(0) end
  call('DEL', unpack(keys))
  call('ZREM', x.p .. 'closing', args[1])
  return ok(1)
end)
