-- lasts: the last seq of several chats, for ticks. Unknown ones are left out.
--
-- Guarantee: read from the store, so that a client can notice a last entry that it missed.
-- Keys: meta
-- Arguments: incarnation, deadline, chat ids…
-- Result: ok, then chat and last in turn
-- Errors: none
-- Kind: read.
command('lasts', 'read', function(x, keys, args)
  local reply = {'ok'}
  for _, id in ipairs(args) do
    local last = call('HGET', x.p .. 'c:' .. id, 'last')
    if last then
      table.insert(reply, id)
      table.insert(reply, tonumber(last))
    end
  end
  return reply
end)
