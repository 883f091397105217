-- read_log: a page of a chat's log, with the chat, so that the caller can check who may read it.
--
-- Guarantee: the entries after `after` in their order, none left out, at most `limit`.
-- Keys: c:<chat>, c:<chat>:log
-- Arguments: incarnation, deadline, chat, after, limit
-- Result: ok, JSON of the chat, then one frame each
-- Errors: not_found
-- Kind: read.
command('read_log', 'read', function(x, keys, args)
  local c = chat_of(x, args[1])
  if not c then return err('not_found') end
  local reply = {'ok', cjson.encode(chat_meta(x, c))}
  for _, entry in ipairs(call('XRANGE', keys[2], '(0-' .. args[2], '+', 'COUNT', args[3])) do
    table.insert(reply, entry[2][2])
  end
  return reply
end)
