-- visitor_check: whose token this is, for requests without a socket.
--
-- Guarantee: none but a token that is valid now. Its life is not extended: that is what a page does that is open.
-- Keys: t:<hash>
-- Arguments: incarnation, deadline
-- Result: ok, visitor
-- Errors: unauthenticated
-- Kind: read.
command('visitor_check', 'read', function(x, keys, args)
  local visitor = call('GET', keys[1])
  if not visitor then return err('unauthenticated') end
  return ok(visitor)
end)
