-- Telling servers what happened. The caller gets the events in its reply (who appends a message knows it), the servers
-- of the other people concerned by PUBLISH in the same function: no crash lies between the two, all in the order of seq.

-- `nodes` are the incarnations concerned, a text with a blank after each.
local function emit(x, nodes, event)
  table.insert(x.events, event)
  local payload
  for inc in string.gmatch(nodes, '%S+') do
    if inc ~= x.inc then
      payload = payload or cjson.encode(event)
      call('PUBLISH', x.p .. 'n:' .. inc, payload)
    end
  end
end

-- What concerns everybody: agents' states and sign-outs. `o` lets the publisher's own server skip it.
local function emit_all(x, event)
  event.o = x.inc
  table.insert(x.events, event)
  call('PUBLISH', x.p .. 'all', cjson.encode(event))
end

-- Adds an incarnation to the servers that a chat's events go to, and drops those that are dead.
local function add_node(x, c, inc)
  for known in string.gmatch(c.nodes, '%S+') do
    if known == inc then return end
  end
  local alive = inc .. ' '
  for known in string.gmatch(c.nodes, '%S+') do
    if call('ZSCORE', x.p .. 'nodes', known) then alive = alive .. known .. ' ' end
  end
  c.nodes = alive
  write_later(x, x.p .. 'c:' .. c.id, c, {'nodes'})
end
