-- agent_hello: an agent's console says hello.
--
-- Guarantee: a newer connection of the same device displaces the older one, on whatever server; an agent back within
--   the grace period has everything as before. What happens in the agent's chats is published to this server.
-- Keys: a:<agent>
-- Arguments: incarnation, deadline, agent, device
-- Result: ok, JSON {agent, generation, chats, visitors (one per chat, same order), events}
-- Errors: unauthenticated (unknown or disabled)
-- Kind: always.
command('agent_hello', 'always', function(x, keys, args)
  local id, device = unpack(args)
  local a = agent_of(x, id)
  if not a or a.disabled == 1 then return err('unauthenticated') end
  local generation = call('HINCRBY', x.p .. 'meta', 'generation', 1)
  local before = call('HGET', keys[1] .. ':dev', device)
  call('HSET', keys[1] .. ':dev', device, x.inc .. ' ' .. generation)
  call('SADD', x.p .. 'n:' .. x.inc .. ':con', id .. ' ' .. device)
  if before then
    local inc = string.match(before, '^%S+')
    if inc ~= x.inc then call('SREM', x.p .. 'n:' .. inc .. ':con', id .. ' ' .. device) end
    emit(x, inc, {k = 'displaced', agent = id, reason = device, seq = generation})
  end
  local chats, visitors = {}, {}
  for _, chat in ipairs(call('SMEMBERS', keys[1] .. ':chats')) do
    local c = chat_of(x, chat)
    if c then
      add_node(x, c, x.inc)
      table.insert(chats, chat_meta(x, c))
      table.insert(visitors, visitor_meta(x, c.visitor))
    end
  end
  if a.grace == 1 then
    a.grace = 0
    call('ZREM', x.p .. 'grace:agents', id)
    place(x, a)
    emit_agent(x, a)
    match_agent(x, a)
  end
  return ok_json({agent = agent_meta(a), generation = generation, chats = chats, visitors = visitors,
    events = x.events})
end)
