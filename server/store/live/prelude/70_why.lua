-- Why a chat went to whom it went: one JSON object per decision in the list c:<chat>:why. The chosen one and at most
-- 20 others are named, the rest is counted per verdict, so the cost stays logarithmic.

local NAMED = 20

local function size_of(x, pool, class)
  return call('ZCARD', x.p .. 'p:' .. pool .. ':' .. class)
end

local function idle_s(x, a)
  return math.max(0, math.floor((clock(x) - a.idle_clock) / 1000))
end

-- With the name of that day: the explanation outlives the agent.
local function named(a)
  return {id = a.id, name = a.name}
end

local function considered(x, a, verdict)
  return {agent = named(a), verdict = verdict, load = a.load, idle_s = idle_s(x, a)}
end

local function verdict_in_av(a, chosen, tried)
  if tried[a.id] then return 'tried' end
  if share_of(a) > share_of(chosen) then return 'busier' end
  return 'shorter_idle'
end

-- How many of the free agents have which verdict, without loading them.
local function count_av(x, pool, chosen, tried)
  local counts = {tried = 0, busier = 0, shorter_idle = 0}
  local limit = chosen and string.format('%.0f', (share_of(chosen) + 1) * 2 ^ 38)
  if chosen then
    counts.busier = call('ZCOUNT', x.p .. 'p:' .. pool .. ':av', limit, '+inf')
    counts.shorter_idle = size_of(x, pool, 'av') - counts.busier - 1
  end
  for id in pairs(tried) do
    local score = call('ZSCORE', x.p .. 'p:' .. pool .. ':av', id)
    if score and not (chosen and id == chosen.id) then
      counts.tried = counts.tried + 1
      if chosen then
        local band = number(score) >= number(limit) and 'busier' or 'shorter_idle'
        counts[band] = counts[band] - 1
      end
    end
  end
  return counts
end

-- A decision that looked at the whole pool. `chosen` may be nil. Must be made before anything is changed by it.
local function decision(x, c, event, chosen)
  local list, tried = {}, (tried_of(c))
  local counts = count_av(x, c.pool, chosen, tried)
  if chosen then table.insert(list, considered(x, chosen, 'chosen')) end
  local room = NAMED
  local function name_some(class, verdict_of)
    if room <= 0 then return end
    for _, id in ipairs(call('ZRANGE', x.p .. 'p:' .. c.pool .. ':' .. class, 0, room)) do
      local a = agent_of(x, id)
      if a and room > 0 and not (chosen and chosen.id == id) then
        local verdict = verdict_of(a)
        table.insert(list, considered(x, a, verdict))
        counts[verdict] = counts[verdict] - 1
        room = room - 1
      end
    end
  end
  local total = size_of(x, c.pool, 'av')
  name_some('av', function(a) return chosen and verdict_in_av(a, chosen, tried) or 'tried' end)
  for _, class in ipairs({'full', 'grace', 'away', 'offline'}) do
    counts[class] = size_of(x, c.pool, class)
    total = total + counts[class]
    name_some(class, function() return class end)
  end
  -- Whoever picks chats gets none by itself; where nobody does, that is the rule and not a verdict on each.
  local picking = size_of(x, c.pool, 'tk')
  local by_hand = string.sub(c.pool, 1, 4) == 'dep:' and (config(x).departments[c.wanted] or {}).assign == 'take'
  counts.other_department = call('SCARD', x.p .. 'agents') - total - (by_hand and picking or 0)
  local others = {}
  for verdict, count in pairs(counts) do
    if count > 0 then others[verdict] = count end
  end
  local rule = chosen and 'lowest_share_then_longest_idle' or by_hand and 'agents_take' or 'nobody_free'
  return {at = x.now, event = event, chosen = chosen and named(chosen) or cjson.null, considered = list,
    others = others, rule = rule}
end

-- A person decided: nobody else was considered.
local function named_decision(x, event, chosen, rule)
  return {at = x.now, event = event, chosen = named(chosen), considered = {considered(x, chosen, 'chosen')},
    others = {}, rule = rule}
end

local function keep_decision(x, c, why)
  -- cjson cannot tell an empty list from an empty object.
  local json = string.gsub(cjson.encode(why), '"considered":{}', '"considered":[]')
  call('RPUSH', x.p .. 'c:' .. c.id .. ':why', json)
end
