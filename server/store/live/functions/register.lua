-- register: a server begins a new incarnation and brings the routing configuration.
--
-- Guarantee: from now on its commands are accepted, and those of its previous incarnation are not. A changed
--   configuration takes effect in this step: everybody stands in the pools that it says. A store of another record is
--   left as it is.
-- Keys: meta
-- Arguments: incarnation, deadline, previous incarnation ("" if none), routing JSON, its version ("": what is in force
--   stays), library name, store that the caller's record knows ("": any will do), store that one which begins now takes
--   the place of ("": none may begin)
-- Result: ok, JSON {events, schema, store_id, now, libs (names that living servers use)}
-- Errors: schema (of a newer release: refused), foreign (another store than the one expected, nor did it take its place),
--   unavailable (there is none, and none may begin)
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
    call('ZREM', x.p .. 'overflow', c.id)  -- of a department that overflowed until now
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

-- Why the caller may not work on this store; nil if it may.
local function refusal(meta, expected, replaces)
  local schema, id, replaced = unpack(call('HMGET', meta, 'schema', 'store_id', 'replaces'))
  if number(schema) > SCHEMA then return err('schema', schema) end
  if number(schema) == 0 then return replaces == '' and err('unavailable', '', 1000) or nil end
  if expected ~= '' and expected ~= id and expected ~= replaced then return err('foreign', id) end
end

command('register', 'always', function(x, keys, args)
  local previous, routing, version, library, expected, replaces = unpack(args)
  local refused = refusal(keys[1], expected, replaces)
  if refused then return refused end
  if not call('HGET', keys[1], 'schema') then
    call('HSET', keys[1], 'schema', SCHEMA, 'store_id', redis.sha1hex(x.inc .. x.now), 'made_at', x.now,
      'replaces', replaces, 'clock', 0, 'clock_at', x.now)
  end
  if previous ~= '' then declare_dead(x, previous) end
  call('ZADD', x.p .. 'nodes', clock(x) + LEASE_MS, x.inc)
  call('HSET', x.p .. 'libs', x.inc, library)
  configure(x, routing, version)
  local queues, agents = revisions(x)
  return ok_json({events = x.events, store_id = call('HGET', keys[1], 'store_id'), now = x.now,
    libs = call('HVALS', x.p .. 'libs'), queues = queues, agents = agents})
end, true)
