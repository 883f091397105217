-- agent_put: writes who an agent is, at sign-in and at each change.
--
-- Guarantee: routing follows in this step: pools, capacity, and for a disabled agent the end of all sessions, offline,
--   and the chats back in their queues.
-- Keys: a:<agent>
-- Arguments: incarnation, deadline (0: repeatable), JSON of AgentMeta (id, username, name, role, departments,
--   capacity, disabled, revision, credentials: one that rises ends all sessions)
-- Result: ok, JSON {events}
-- Errors: none
-- Kind: always.
command('agent_put', 'always', function(x, keys, args)
  local put = cjson.decode(args[1])
  local departments = #put.departments > 0 and cjson.encode(put.departments) or '[]'
  local disabled = put.disabled and 1 or 0
  local a = agent_of(x, put.id)
  local credentials = number(call('HGET', keys[1], 'credentials'))
  if a and put.credentials > credentials then end_sessions(x, put.id) end
  call('HSET', keys[1], 'revision', put.revision, 'credentials', math.max(credentials, put.credentials))
  if a and a.username == put.username and a.name == put.name and a.role == put.role and a.departments == departments
    and a.capacity == put.capacity and a.disabled == disabled then
    return ok_json({events = x.events})
  end
  if not a then
    a = {id = put.id, state = 'offline', cls = '', pools = '[]', grace = 0, load = 0, version = 0, idle = 0,
      idle_clock = 0, slots = 0, used = 0, disabled = 0}
    x.agents[put.id] = a
  end
  if disabled == 1 and a.disabled == 0 then
    end_sessions(x, a.id)
    if a.cls ~= '' then go_offline(x, a) end
  end
  unplace(x, a)
  a.username, a.name, a.role, a.departments = put.username, put.name, put.role, departments
  a.capacity, a.disabled, a.who = put.capacity, disabled, nil
  call('HSET', keys[1], 'username', a.username, 'name', a.name, 'role', a.role, 'departments', a.departments,
    'capacity', a.capacity, 'disabled', a.disabled)
  call(disabled == 1 and 'SREM' or 'SADD', x.p .. 'agents', a.id)
  set_pools(x, a)
  place(x, a)
  emit_agent(x, a)
  match_agent(x, a)
  return ok_json({events = x.events})
end)
