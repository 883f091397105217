-- count_failure: counts a failed log-in in a window that begins with the first.
--
-- Guarantee: one counter for all servers.
-- Keys: f:<key>
-- Arguments: incarnation, deadline, window in s
-- Result: ok, count
-- Errors: none
-- Kind: always.
command('count_failure', 'always', function(x, keys, args)
  local count = call('INCR', keys[1])
  if count == 1 then call('EXPIRE', keys[1], args[1]) end
  return ok(count)
end)
