-- The routing part of the configuration, decoded once per version, and the pools that follow from it.
--
-- A pool is a set of departments with one queue: whoever serves one of the departments may get a chat of it.
--   dep:<id>   chats that want this department
--   over:<id>  the same after overflow_after_s: its agents and those of overflow_to
--   chan:<id>  chats that want any department of the channel
-- A waiting chat is in exactly one pool; an agent belongs to a fixed set of them.

local configs = {}

local function add_to(map, key, value)
  map[key] = map[key] or {}
  table.insert(map[key], value)
end

local function build_config(raw)
  local cfg = {
    channels = raw.channels or {}, departments = raw.departments or {}, order = raw.order or {},
    chat = raw.chat or {}, pools = {}, pools_of = {}, in_channel = {},
  }
  local function pool(name, departments)
    cfg.pools[name] = departments
    for _, id in ipairs(departments) do add_to(cfg.pools_of, id, name) end
  end
  for _, id in ipairs(cfg.order) do
    local department = cfg.departments[id]
    department.channel = text(department.channel)
    department.overflow_to = department.overflow_to or {}
    if department.channel then
      add_to(cfg.in_channel, department.channel, id)
      pool('dep:' .. id, {id})
      if number(department.overflow_after_s) > 0 and #department.overflow_to > 0 then
        department.overflows = true
        pool('over:' .. id, {id, unpack(department.overflow_to)})
      end
    end
  end
  for channel, departments in pairs(cfg.in_channel) do pool('chan:' .. channel, departments) end
  return cfg
end

local function config(x)
  if x.cfg then return x.cfg end
  local version = call('GET', x.p .. 'cfgv') or ''
  local known = configs[x.p]
  if not known or known.version ~= version then
    known = build_config(cjson.decode(call('GET', x.p .. 'cfg') or '{}'))
    known.version = version
    configs[x.p] = known
  end
  x.cfg = known
  return known
end

-- The pools in which an agent of these departments is, in a fixed order, each with whether chats come by
-- themselves: that needs one department of the pool with assign = "auto".
local function pools_for(cfg, departments)
  local seen, list = {}, {}
  for _, id in ipairs(departments) do
    local auto = (cfg.departments[id] or {}).assign ~= 'take'
    for _, name in ipairs(cfg.pools_of[id] or {}) do
      if not seen[name] then
        seen[name] = {name, 0}
        table.insert(list, seen[name])
      end
      if auto then seen[name][2] = 1 end
    end
  end
  return list
end

-- Whose chats are served before or after a chat of these departments: every queue that their agents serve.
local function rival_pools(cfg, departments)
  local seen, list = {}, {}
  for _, id in ipairs(departments) do
    for _, name in ipairs(cfg.pools_of[id] or {}) do
      if not seen[name] then
        seen[name] = true
        table.insert(list, name)
      end
    end
  end
  return list
end
