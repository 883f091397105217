-- allowed: whether a counter of failures is below its limit.
--
-- Guarantee: one counter for all servers.
-- Keys: f:<key>
-- Arguments: incarnation, deadline, limit
-- Result: ok, 1 or 0
-- Errors: none
-- Kind: read.
command('allowed', 'read', function(x, keys, args)
  return ok(number(call('GET', keys[1])) < number(args[1]) and 1 or 0)
end)
