-- unregister: a server gives its incarnation up (drain).
--
-- Guarantee: its visitors and consoles count as gone; what is too much for one call, the others' sweeps do.
-- Keys: meta
-- Arguments: incarnation, deadline
-- Result: ok, JSON {events}
-- Errors: fenced
-- Kind: always.
command('unregister', 'always', function(x)
  declare_dead(x, x.inc)
  bury(x, x.inc, 1000)
  return ok_json({events = x.events})
end)
