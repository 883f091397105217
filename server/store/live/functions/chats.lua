-- chats: what the store knows of several chats now. Unknown ones are left out.
--
-- Guarantee: all of one moment.
-- Keys: meta
-- Arguments: incarnation, deadline, chat ids…
-- Result: ok, JSON of each chat
-- Errors: none
-- Kind: read.
command('chats', 'read', function(x, keys, args)
  local reply = {'ok'}
  for _, id in ipairs(args) do
    local c = chat_of(x, id)
    if c then table.insert(reply, cjson.encode(chat_meta(x, c))) end
  end
  return reply
end)
