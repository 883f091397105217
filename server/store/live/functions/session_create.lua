-- session_create: an agent signed in. Only the hash of the session's token is known here.
--
-- Guarantee: valid for 12 h from its last use, 7 days at most.
-- Keys: s:<hash>, a:<agent>
-- Arguments: incarnation, deadline, hash, agent, now in ms
-- Result: ok
-- Errors: not_found (unknown or disabled)
-- Kind: always.

local SESSION_IDLE_S = 43200

command('session_create', 'always', function(x, keys, args)
  local hash, agent, now = unpack(args)
  local a = agent_of(x, agent)
  if not a or a.disabled == 1 then return err('not_found') end
  local list = keys[2] .. ':sessions'
  for _, old in ipairs(call('SMEMBERS', list)) do
    if call('EXISTS', x.p .. 's:' .. old) == 0 then call('SREM', list, old) end
  end
  call('HSET', keys[1], 'agent', agent, 'created_at', now, 'used_at', now)
  call('EXPIRE', keys[1], SESSION_IDLE_S)
  call('SADD', list, hash)
  return ok()
end)
