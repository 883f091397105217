-- visitor: what the store knows of a visitor now.
--
-- Guarantee: of one moment.
-- Keys: vis:<visitor>
-- Arguments: incarnation, deadline, visitor
-- Result: ok, JSON of VisitorMeta
-- Errors: not_found
-- Kind: read.
command('visitor', 'read', function(x, keys, args)
  if call('EXISTS', keys[1]) == 0 then return err('not_found') end
  return ok_json(visitor_meta(x, args[1]))
end)
