-- visitor_forget: blanks what the store knows of a visitor as a person.
--
-- Guarantee: name, address, fields and page are gone, and the hashes of what a chat was started with; the token stays
--   good, chats that are open stay open. Those who have them are told. Repeating it is harmless.
-- Keys: vis:<visitor>
-- Arguments: incarnation, deadline, visitor
-- Result: ok, JSON {events}
-- Errors: none
-- Kind: always.
command('visitor_forget', 'always', function(x, keys, args)
  if call('EXISTS', keys[1]) == 0 then return ok_json({events = x.events}) end
  call('HDEL', keys[1], 'name', 'email', 'fields', 'page', 'verified')
  for _, field in ipairs(call('HKEYS', keys[1])) do
    if string.sub(field, 1, 4) == 'cid:' then
      call('HSET', keys[1], field, string.match(call('HGET', keys[1], field), '^[^:]*') .. ':')
    end
  end
  emit_visitor(x, args[1], open_chats(x, args[1]))
  return ok_json({events = x.events})
end)
