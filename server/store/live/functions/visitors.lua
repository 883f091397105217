-- visitors: what the store knows of several visitors now. Unknown ones are left out.
--
-- Guarantee: all of one moment.
-- Keys: meta
-- Arguments: incarnation, deadline, visitor ids…
-- Result: ok, JSON of VisitorMeta of each
-- Errors: none
-- Kind: read.
command('visitors', 'read', function(x, keys, args)
  local reply = {'ok'}
  for _, id in ipairs(args) do
    if call('EXISTS', x.p .. 'vis:' .. id) == 1 then table.insert(reply, cjson.encode(visitor_meta(x, id))) end
  end
  return reply
end)
