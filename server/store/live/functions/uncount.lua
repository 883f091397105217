-- uncount: takes back one that was counted before it was known whether it counts.
--
-- Guarantee: never below zero; the window stays as it is, and one that is over is not begun anew.
-- Keys: f:<key>
-- Arguments: incarnation, deadline
-- Result: ok
-- Errors: none
-- Kind: always.
command('uncount', 'always', function(x, keys, args)
  if number(call('GET', keys[1])) > 0 then call('DECR', keys[1]) end
  return ok()
end)
