-- visitor_gone: the visitor's last socket on this server is closed.
--
-- Guarantee: with no socket on any server, a waiting chat is closed after visitor_grace_s, unless the visitor is back.
-- Keys: vis:<visitor>
-- Arguments: incarnation, deadline, visitor
-- Result: ok, JSON of the events ("" for none)
-- Errors: none
-- Kind: always.
command('visitor_gone', 'always', function(x, keys, args)
  visitor_left(x, args[1], x.inc)
  return ok(#x.events > 0 and cjson.encode(x.events) or '')
end)
