-- Why a chat went to whom it went: one text per decision in the list c:<chat>:why. The chosen one and at most 20 others
-- are named, the rest is counted per verdict, so the cost stays logarithmic. Written on every assignment and read by few,
-- so it is made by copying alone; decisions.cpp makes JSON of it. Lines, whose words a tab separates:
--   at, clock, event, rule
--   =verdict                 of the agents that follow, each as `brief_of` has it
--   +verdict, count          how many more have it

local NAMED = 20

local function size_of(x, pool, class)
  return call('ZCARD', x.p .. 'p:' .. pool .. ':' .. class)
end

local function first_line(x, event, rule)
  return whole(x.now) .. '\t' .. whole(clock(x)) .. '\t' .. event .. '\t' .. rule
end

-- Adds the agents to the lines, and says how many.
local function name_them(x, lines, ids)
  if #ids == 0 then return 0 end
  local briefs, named = call('HMGET', x.p .. 'briefs', unpack(ids)), 0
  for i, brief in ipairs(briefs) do
    if not brief then  -- not touched since the release before
      local a = agent_of(x, ids[i])
      brief = a and brief_of(a)
    end
    if brief then
      lines[#lines + 1] = brief
      named = named + 1
    end
  end
  return named
end

-- The free ones but the chosen: those tried before, those with a higher share, those who were idle for less long.
-- Without a chosen one, all of them were tried. Returns how many have which verdict, and the first `NAMED` of each.
local function free_ones(x, pool, chosen, tried)
  local key = x.p .. 'p:' .. pool .. ':av'
  local limit = chosen and (share_of(chosen) + 1) * 2 ^ 38
  local counts, ids = {tried = 0, busier = 0, shorter_idle = 0}, {tried = {}, busier = {}, shorter_idle = {}}
  local total = call('ZCARD', key) + (chosen and chosen.in_hand and 1 or 0)
  if total == 0 or (total == 1 and chosen) then return total, counts, ids end
  if chosen then
    counts.busier = call('ZCOUNT', key, whole(limit), '+inf')
    counts.shorter_idle = total - counts.busier - 1
  end
  for id in pairs(tried) do
    local score = call('ZSCORE', key, id)
    if score and not (chosen and id == chosen.id) then
      counts.tried = counts.tried + 1
      if chosen then
        local band = number(score) >= limit and 'busier' or 'shorter_idle'
        counts[band] = counts[band] - 1
      end
    end
  end
  local room, rows = NAMED, call('ZRANGE', key, 0, NAMED, 'WITHSCORES')
  for i = 1, #rows, 2 do
    local id = rows[i]
    if room > 0 and not (chosen and id == chosen.id) then
      local verdict = 'tried'
      if chosen and not tried[id] then verdict = number(rows[i + 1]) >= limit and 'busier' or 'shorter_idle' end
      table.insert(ids[verdict], id)
      room = room - 1
    end
  end
  return total, counts, ids
end

-- A decision that looked at the whole pool. `chosen` may be nil. Must be made before anything is changed by it.
local function decision(x, c, event, chosen)
  -- Whoever picks chats gets none by itself; where nobody does, that is the rule and not a verdict on each.
  local by_hand = string.sub(c.pool, 1, 4) == 'dep:' and (config(x).departments[c.wanted] or {}).assign == 'take'
  local rule = chosen and 'lowest_share_then_longest_idle' or by_hand and 'agents_take' or 'nobody_free'
  local lines, room = {first_line(x, event, rule)}, NAMED
  local function tell(verdict, count, ids)
    if #ids > 0 then
      lines[#lines + 1] = '=' .. verdict
      local named = name_them(x, lines, ids)
      room, count = room - named, count - named
    end
    if count > 0 then lines[#lines + 1] = '+' .. verdict .. '\t' .. count end
  end
  if chosen then
    lines[2] = '=chosen'
    lines[3] = brief_of(chosen)
  end
  local total, counts, free = free_ones(x, c.pool, chosen, (tried_of(c)))
  for _, verdict in ipairs({'shorter_idle', 'busier', 'tried'}) do tell(verdict, counts[verdict], free[verdict]) end
  for _, class in ipairs({'full', 'grace', 'away', 'offline'}) do
    local count = size_of(x, c.pool, class)
    total = total + count
    local some = count > 0 and room > 0
    tell(class, count, some and call('ZRANGE', x.p .. 'p:' .. c.pool .. ':' .. class, 0, room - 1) or {})
  end
  if by_hand then total = total + size_of(x, c.pool, 'tk') end
  tell('other_department', call('SCARD', x.p .. 'agents') - total, {})
  return table.concat(lines, '\n')
end

-- A person decided: nobody else was considered.
local function named_decision(x, event, chosen, rule)
  return first_line(x, event, rule) .. '\n=chosen\n' .. brief_of(chosen)
end

local function keep_decision(x, c, why)
  call('RPUSH', x.p .. 'c:' .. c.id .. ':why', why)
end
