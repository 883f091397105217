-- take_head: an agent picks the chat at the head of a department's queue.
--
-- Guarantee: the one that would be served next, of all queues that the department's agents serve.
-- Keys: meta, a:<agent>
-- Arguments: incarnation, deadline, department, agent
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found (nobody waits there, or not the agent's department), forbidden (at capacity, or offline)
-- Kind: always.
command('take_head', 'always', function(x, keys, args)
  local department, agent = unpack(args)
  local a = agent_of(x, agent)
  local own = false
  for _, id in ipairs(a and departments_of(a) or {}) do own = own or id == department end
  if not own then return err('not_found') end
  local best, best_score
  for _, pool in ipairs(rival_pools(config(x), {department})) do
    local head = call('ZRANGE', x.p .. 'w:' .. pool, 0, 0, 'WITHSCORES')
    if head[1] and (not best or number(head[2]) < best_score) then best, best_score = head[1], number(head[2]) end
  end
  local c = best and chat_of(x, best)
  if not c then return err('not_found') end
  if not may_hold_more(a) then return err('forbidden') end
  keep_decision(x, c, named_decision(x, 'take', a, 'taken'))
  assign(x, c, a)
  return ok_json({meta = chat_meta(x, c), seq = c.last, events = x.events})
end)
