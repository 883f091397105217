-- visitor_page: the visitor is on another page now.
--
-- Guarantee: those who have the visitor's chats are told.
-- Keys: vis:<visitor>
-- Arguments: incarnation, deadline, visitor, page as JSON
-- Result: ok, JSON {events}
-- Errors: not_found
-- Kind: content.
command('visitor_page', 'content', function(x, keys, args)
  local id, page = unpack(args)
  if call('EXISTS', keys[1]) == 0 then return err('not_found') end
  call('HSET', keys[1], 'page', page)
  if call('TTL', keys[1]) < TOKEN_FRESH_S then call('EXPIRE', keys[1], TOKEN_FRESH_S) end
  emit_visitor(x, id, open_chats(x, id))
  return ok_json({events = x.events})
end)
