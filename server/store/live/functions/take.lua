-- take: an agent picks a waiting chat, or a supervisor takes an assigned one over.
--
-- Guarantee: of any number who take at once exactly one has it; nobody beyond the capacity. Taking what one holds
--   already changes nothing.
-- Keys: c:<chat>, a:<agent>
-- Arguments: incarnation, deadline, chat, agent, take_over (0 or 1)
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found (no such chat, another was faster, or not of the agent's queues), chat_closed,
--   forbidden (at capacity, or offline)
-- Kind: always.

local function serves(a, pool)
  for _, own in ipairs(pools_of(a)) do
    if own[1] == pool then return true end
  end
  return false
end

command('take', 'always', function(x, keys, args)
  local chat, agent, take_over = args[1], args[2], args[3] == '1'
  local c, a = chat_of(x, chat), agent_of(x, agent)
  if not c or not a then return err('not_found') end
  if c.status == 'closed' then return err('chat_closed') end
  local held = c.status == 'assigned' and c.agent == agent
  if not held then
    if not take_over and (c.status ~= 'queued' or not serves(a, c.pool)) then return err('not_found') end
    if not may_hold_more(a) then return err('forbidden') end
    if c.status == 'assigned' then
      hand_over(x, c, a, a, 'take_over', 'taken_over')
    else
      keep_decision(x, c, named_decision(x, 'take', a, 'taken'))
      assign(x, c, a)
    end
  end
  return ok_json({meta = chat_meta(x, c), seq = c.last, events = x.events})
end)
