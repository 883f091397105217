-- register: a server begins a new incarnation and brings the routing configuration.
--
-- Guarantee: from now on its commands are accepted, and those of its previous incarnation are not. A changed
--   configuration takes effect in this step: everybody stands in the pools that it says.
-- Keys: meta
-- Arguments: incarnation, deadline, previous incarnation ("" if none), routing JSON, its version ("": what is in force
--   stays), library name
-- Result: ok, JSON {events, schema, store_id, now, libs (names that living servers use)}
-- Errors: schema (of a newer release: refused)
-- Kind: always.

-- Puts every agent into the pools of the new configuration, and every waiting chat into the queue that it says.
local function regroup(x, old_pools)
  local waiting = {}
  for _, pool in ipairs(old_pools) do
    for _, id in ipairs(call('ZRANGE', x.p .. 'w:' .. pool, 0, -1)) do table.insert(waiting, chat_of(x, id)) end
  end
  for _, id in ipairs(call('SMEMBERS', x.p .. 'agents')) do
    local a = agent_of(x, id)
    unplace(x, a)
    set_pools(x, a)
    place(x, a)
  end
  for _, c in ipairs(waiting) do
    dequeue(x, c)
    enqueue(x, c)
    c.department = config(x).departments[c.wanted] and c.wanted or 'any'
    save(x, c, 'pool', 'department')
  end
  match_in_order(x, waiting, 'configuration', true)
end

local function pool_names(cfg)
  local names = {}
  for name in pairs(cfg.pools) do table.insert(names, name) end
  table.sort(names)
  return names
end

local function configure(x, routing, version)
  if version == '' or call('GET', x.p .. 'cfgv') == version then return end
  local before = pool_names(config(x))
  call('SET', x.p .. 'cfg', routing)
  call('SET', x.p .. 'cfgv', version)
  x.cfg = nil
  regroup(x, before)
end

command('register', 'always', function(x, keys, args)
  local previous, routing, version, library = unpack(args)
  local schema = number(call('HGET', keys[1], 'schema'))
  if schema > SCHEMA then return err('schema', tostring(schema)) end
  if schema == 0 then
    call('HSET', keys[1], 'schema', SCHEMA, 'store_id', redis.sha1hex(x.inc .. x.now), 'made_at', x.now,
      'clock', 0, 'clock_at', x.now)
  end
  if previous ~= '' then declare_dead(x, previous) end
  call('ZADD', x.p .. 'nodes', clock(x) + LEASE_MS, x.inc)
  call('HSET', x.p .. 'libs', x.inc, library)
  configure(x, routing, version)
  local queues, agents = unpack(call('HMGET', keys[1], 'queues_rev', 'agents_rev'))
  return ok_json({events = x.events, store_id = call('HGET', keys[1], 'store_id'), now = x.now,
    libs = call('HVALS', x.p .. 'libs'), queues = number(queues), agents = number(agents)})
end, true)
