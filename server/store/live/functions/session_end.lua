-- session_end: signs one session out.
--
-- Guarantee: invalid from now on; every server is told, so that its sockets end.
-- Keys: s:<hash>
-- Arguments: incarnation, deadline (0: repeatable), hash
-- Result: ok, JSON {events}
-- Errors: none
-- Kind: always.
command('session_end', 'always', function(x, keys, args)
  local agent = call('HGET', keys[1], 'agent')
  if agent then end_sessions(x, agent, args[1]) end
  return ok_json({events = x.events})
end)
