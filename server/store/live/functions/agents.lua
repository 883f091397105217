-- agents: several agents, or with no ids all who are enabled.
--
-- Guarantee: of one moment. Unknown ids are left out.
-- Keys: meta
-- Arguments: incarnation, deadline, ids…
-- Result: ok, JSON of each AgentMeta
-- Errors: none
-- Kind: read.
command('agents', 'read', function(x, keys, args)
  local reply = {'ok'}
  for _, id in ipairs(#args > 0 and args or call('SMEMBERS', x.p .. 'agents')) do
    local a = agent_of(x, id)
    if a then reply[#reply + 1] = agent_json(a) end
  end
  return reply
end)
