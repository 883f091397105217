-- What every function of the library stands on: the context of one call, replies, registration.
--
-- A function is atomic but not transactional: what it wrote before an error stays. So every function checks
-- everything first and writes last, and the helpers that write (log.lua, agents.lua, moves.lua) never refuse.
-- The numbers in the file names are the order in which the parts are put together (library.cpp).

-- While the library is loaded nothing global is there but `redis.register_function`: not even redis.call, table or
-- cjson. So nothing at the top level of these files computes.
local function call(...)
  return redis.call(...)
end

-- Numbers that several functions share; those of one function stand in its file.
local LEASE_MS = 10000       -- a server that did not sweep for so long (logical clock) is dead
local CLOCK_STEP_MS = 2000   -- the most that one sweep moves the logical clock
local SWEEP_ITEMS = 50       -- due items that one sweep handles
local LOG_ENTRIES = 5000     -- messages are refused beyond, so that no chat eats the memory
local LOG_BYTES = 4194304
local TOKEN_FRESH_S = 3600   -- a visitor token until the first start
local TOKEN_KEPT_S = 2592000 -- ... and from its last use afterwards: 30 days
local HISTORY = 20           -- handling times that an estimate looks at
local HISTORY_LEAST = 5

-- JSON null and the empty text are "not there".
local function text(value)
  if value == nil or value == false or value == cjson.null or value == '' then return nil end
  return value
end

local function number(value)
  return tonumber(value or 0) or 0
end

-- A whole number as text. Redis itself writes numbers the long way, as it might be given fractions.
local function whole(value)
  return string.format('%d', value)
end

-- What one call knows. `now` is Redis' wall clock in ms, `p` the site's key prefix, `inc` the calling server's
-- incarnation. Agents and chats that the call touches are loaded once, and written once at its end (write_back).
local function context(keys, args)
  local time = call('TIME')
  return {
    p = string.match(keys[1], '^v:{[^}]*}:'),
    inc = args[1],
    deadline = number(args[2]),
    now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000),
    events = {}, chats = {}, agents = {}, unsaved = {},
  }
end

-- The logical clock in ms. Leases, grace and answer times are due by it (see sweep.lua).
local function clock(x)
  if not x.clock then x.clock = number(call('HGET', x.p .. 'meta', 'clock')) end
  return x.clock
end

-- The named fields of the hash `key` are those of `object` as they are when the call ends.
local function write_later(x, key, object, names)
  local later = x.unsaved[key]
  if not later then
    later = {object = object, names = {}}
    x.unsaved[key] = later
  end
  for _, name in ipairs(names) do later.names[name] = true end
end

local function write_back(x)
  for key, later in pairs(x.unsaved) do
    local words, count = {}, 0
    for name in pairs(later.names) do
      words[count + 1], words[count + 2] = name, later.object[name]
      count = count + 2
    end
    call('HSET', key, unpack(words))
  end
end

local function ok(...)
  return {'ok', ...}
end

local function ok_json(value)
  return {'ok', cjson.encode(value)}
end

local function err(code, field, retry_after_ms)
  return {'err', code, field or '', retry_after_ms or 0}
end

-- What changes agents changes the queues' figures, too: `revisions` counts one as both.
local function count_revisions(x)
  if x.agents_changed then
    call('HINCRBY', x.p .. 'meta', 'agents_rev', 1)
  elseif x.queues_changed then
    call('HINCRBY', x.p .. 'meta', 'queues_rev', 1)
  end
  x.agents_changed, x.queues_changed = nil, nil
end

-- The revisions of queues and agents as they are after this call, which must change nothing after it.
local function revisions(x)
  count_revisions(x)
  local queues, agents = unpack(call('HMGET', x.p .. 'meta', 'queues_rev', 'agents_rev'))
  return number(queues) + number(agents), number(agents)
end

-- Registers one function. `kind`:
--   'read'     writes nothing and runs whatever the memory
--   'content'  takes new content: refused by Redis over maxmemory
--   'always'   keeps the house in order or frees memory: carries allow-oom
-- All but reads begin with two refusals: `unavailable` after the caller's deadline (its client was told so already,
-- and it must not happen late), `fenced` from a server that the others hold for dead. `unfenced` leaves the second out.
local function command(name, kind, run, unfenced)
  local flags = {}
  if kind == 'read' then flags = {'no-writes'} end
  if kind == 'always' then flags = {'allow-oom'} end
  redis.register_function{
    function_name = name .. SUFFIX,
    flags = flags,
    callback = function(keys, args)
      local x = context(keys, args)
      if kind ~= 'read' then
        if x.deadline > 0 and x.now > x.deadline then return err('unavailable', '', 1000) end
        if not unfenced and not call('ZSCORE', x.p .. 'nodes', x.inc) then return err('fenced') end
      end
      -- What was written before an error stays, so what was to be written with it must not be missing.
      local done, reply = pcall(run, x, keys, {unpack(args, 3)})
      write_back(x)
      count_revisions(x)
      if not done then error(reply, 0) end
      return reply
    end,
  }
end
