-- read_mark: how far the visitor, or the holder, has read.
--
-- Guarantee: never falls; beyond the last entry counts as the last. Everybody in the chat is told,
--   the reader's other tabs or consoles too.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline, chat, role, who, seq
-- Result: ok, JSON {meta, seq, events}; no event where nothing changed
-- Errors: not_found, not_assigned, chat_closed
-- Kind: always.
command('read_mark', 'always', function(x, keys, args)
  local chat, role, who, seq = unpack(args)
  local c = chat_of(x, chat)
  if not c or (role == 'visitor' and c.visitor ~= who) then return err('not_found') end
  if role == 'agent' and c.agent ~= who then return err('not_assigned') end
  if c.status == 'closed' then return err('chat_closed') end
  local field = role == 'agent' and 'read_a' or 'read_v'
  seq = math.min(number(seq), c.last)
  if seq > c[field] then
    c[field] = seq
    save(x, c, field)
    local frame = string.format('{"type":"read","chat":%s,"role":"%s","seq":%d}', cjson.encode(chat), role, seq)
    emit(x, c.nodes, {k = 'ephemeral', chat = chat, visitor = c.visitor, agent = c.agent, frame = frame,
      ek = 'read', sender = (role == 'agent' and 'a:' or 'v:') .. who})
  end
  return ok_json({meta = chat_meta(x, c), seq = c[field], events = x.events})
end)
