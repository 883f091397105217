-- attach: this server has a socket that follows the chat (resume, watch).
--
-- Guarantee: what happens in the chat after this call is published to this server.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline, chat
-- Result: ok, JSON of the chat
-- Errors: not_found
-- Kind: always.
command('attach', 'always', function(x, keys, args)
  local c = chat_of(x, args[1])
  if not c then return err('not_found') end
  add_node(x, c, x.inc)
  return ok_json(chat_meta(x, c))
end)
