-- sessions_end_all: signs an agent out everywhere (a new password).
--
-- Guarantee: all sessions are invalid from now on; every server is told, so that their sockets end.
-- Keys: a:<agent>
-- Arguments: incarnation, deadline (0: repeatable), agent
-- Result: ok, JSON {events}
-- Errors: none
-- Kind: always.
command('sessions_end_all', 'always', function(x, keys, args)
  end_sessions(x, args[1])
  return ok_json({events = x.events})
end)
