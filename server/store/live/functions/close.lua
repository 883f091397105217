-- close: ends a chat and puts it into the work list of the record.
--
-- Guarantee: one `closed` entry, whoever asks and how often; a second call gets its seq. Outcome `missed` if no agent
--   ever had the chat, `left` if the visitor or a timeout ended it, else what was asked. The agent who gets free has
--   the next waiting chat in the same step.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline, chat, by (visitor, agent, timeout, system), who, outcome
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found, not_assigned
-- Kind: always.
command('close', 'always', function(x, keys, args)
  local chat, by, who, outcome = unpack(args)
  local c = chat_of(x, chat)
  if not c or (by == 'visitor' and c.visitor ~= who) then return err('not_found') end
  if by == 'agent' and c.agent ~= who then return err('not_assigned') end
  if c.status ~= 'closed' then
    local from = FROM_SYSTEM
    if by == 'agent' then from = from_json('agent', who, c.agent_name) end
    if by == 'visitor' then
      from = from_json('visitor', who, call('HGET', x.p .. 'vis:' .. who, 'name') or '')
    end
    if by == 'visitor' or by == 'timeout' or not text(outcome) then outcome = 'left' end
    finish(x, c, by, outcome, from)
  end
  return ok_json({meta = chat_meta(x, c), seq = c.closed_seq, events = x.events})
end)
