-- session_check: whose session this is.
--
-- Guarantee: never an ended, expired or disabled agent's. Use keeps it alive (written at most once a minute).
-- Keys: s:<hash>
-- Arguments: incarnation, deadline, now in ms
-- Result: ok, JSON of AgentMeta
-- Errors: unauthenticated
-- Kind: always.

local SESSION_IDLE_MS = 43200000
local SESSION_LIFE_MS = 604800000
local SESSION_TOUCH_MS = 60000

command('session_check', 'always', function(x, keys, args)
  local now = number(args[1])
  local agent, created_at, used_at = unpack(call('HMGET', keys[1], 'agent', 'created_at', 'used_at'))
  local a = agent and agent_of(x, agent)
  if not a or a.disabled == 1 or now - number(created_at) > SESSION_LIFE_MS
    or now - number(used_at) > SESSION_IDLE_MS then
    return err('unauthenticated')
  end
  if now - number(used_at) > SESSION_TOUCH_MS then
    call('HSET', keys[1], 'used_at', args[1])
    call('EXPIRE', keys[1], SESSION_IDLE_MS / 1000)
  end
  return {'ok', (string.gsub(cjson.encode(agent_meta(a)), '"departments":{}', '"departments":[]'))}
end)
