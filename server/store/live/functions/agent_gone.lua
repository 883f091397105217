-- agent_gone: a console's socket is closed.
--
-- Guarantee: an older connection than the device's newest changes nothing. With the last console the grace period
--   begins; then the chats go back and the agent is offline.
-- Keys: a:<agent>
-- Arguments: incarnation, deadline, agent, device, generation
-- Result: ok, JSON {events}
-- Errors: none
-- Kind: always.
command('agent_gone', 'always', function(x, keys, args)
  local agent, device, generation = unpack(args)
  if call('HGET', keys[1] .. ':dev', device) == x.inc .. ' ' .. generation then
    console_left(x, agent, device, x.inc, generation)
  end
  return ok_json({events = x.events})
end)
