-- rate: the visitor rates the chat, open or closed.
--
-- Guarantee: once per chat. The same rating again gets the first seq, another one is refused.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline (0: repeatable), chat, visitor, rest (members of the entry after "at")
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found, forbidden
-- Kind: content.
command('rate', 'content', function(x, keys, args)
  local chat, visitor, rest = unpack(args)
  local c = chat_of(x, chat)
  if not c or c.visitor ~= visitor then return err('not_found') end
  local hash = redis.sha1hex(rest)
  if c.rated ~= '' then
    local seq, known = string.match(c.rated, '^(%d+):(.*)$')
    if known ~= hash then return err('forbidden') end
    return ok_json({meta = chat_meta(x, c), seq = tonumber(seq), events = {}})
  end
  local seq = write_entry(x, c, 'rated', rest, {sender = 'v:' .. visitor})
  c.rated = seq .. ':' .. hash
  save(x, c, 'rated')
  return ok_json({meta = chat_meta(x, c), seq = seq, events = x.events})
end)
