-- broadcast: something that agents on all servers may have to hear of, and that no chat is about (tickets).
--
-- Guarantee: published to every server but the caller's; kept nowhere.
-- Keys: meta
-- Arguments: incarnation, deadline, kind (ticket or viewing), frame, reason, sender
-- Result: ok
-- Errors: none
-- Kind: always.
command('broadcast', 'always', function(x, keys, args)
  local kind, frame, reason, sender = unpack(args)
  emit_all(x, {k = kind, frame = frame, reason = reason, sender = sender})
  return {'ok'}
end)
