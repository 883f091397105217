-- visitor_hello: a visitor's socket says hello; a new visitor is made where none is known.
--
-- Guarantee: from now on this server holds the visitor: who waited without a socket keeps the place, and what happens
--   in the visitor's open chats, and in the chat that is resumed, is published to this server. The chat and the entries
--   are of the same moment.
-- Keys: t:<token hash>
-- Arguments: incarnation, deadline, fresh visitor ("" where the token is known), channel, locale, page ("": as before),
--   "1" with an identity, "1" if it is verified, name, email, fields ("" each: as before), chat to resume ("" for none),
--   its last seq that the client has
-- Result: ok, visitor, chat (the open one in this channel, or ""), name, email, 1 if verified, JSON of the events ("" for
--   none), JSON of the resumed chat ("" unless it is the visitor's own, in this channel, and reaches so far), then the
--   first entries that the client lacks
-- Errors: unauthenticated (unknown token)
-- Kind: content.

local VISITOR_KEPT_S = 7200   -- until the first start, renewed while the page is open
local RESUMED_ENTRIES = 20    -- that come with the reply; the rest is read page by page
local RESUMED_BYTES = 16384

-- Adds the chat, and the entries after `after`, to the reply if the visitor may go on with it.
local function resume(x, reply, visitor, channel, id, after)
  local c = id ~= '' and chat_of(x, id)
  if not c or c.visitor ~= visitor or c.channel ~= channel or after > c.last then
    table.insert(reply, '')
    return
  end
  add_node(x, c, x.inc)
  table.insert(reply, cjson.encode(chat_meta(x, c)))
  if after == c.last then return end
  local bytes = 0
  local log = x.p .. 'c:' .. id .. ':log'
  for _, entry in ipairs(call('XRANGE', log, string.format('(0-%.0f', after), '+', 'COUNT', RESUMED_ENTRIES)) do
    bytes = bytes + #entry[2][2]
    if bytes > RESUMED_BYTES then return end
    table.insert(reply, entry[2][2])
  end
end

command('visitor_hello', 'content', function(x, keys, args)
  local id, channel, locale, page, has_identity, verified, name, email, fields, resumed, after = unpack(args)
  local fresh = id ~= ''
  if not fresh then
    id = call('GET', keys[1])
    if not id then return err('unauthenticated') end
  end
  local key = x.p .. 'vis:' .. id
  local started = call('HEXISTS', key, 'started') == 1
  local came = not visitor_connected(x, id)

  local words = {'locale', locale}
  local function keep(field, value)
    table.insert(words, field)
    table.insert(words, value)
  end
  if page ~= '' then keep('page', page) end
  if came then keep('since_at', x.now) end
  if has_identity == '1' then
    if name ~= '' then keep('name', name) end
    if email ~= '' then keep('email', email) end
    if fields ~= '' then keep('fields', fields) end
    keep('verified', verified)
  end
  call('HSET', key, unpack(words))
  call('EXPIRE', key, started and TOKEN_KEPT_S or VISITOR_KEPT_S)
  if fresh then
    call('SET', keys[1], id, 'EX', TOKEN_FRESH_S)
  elseif started then
    call('EXPIRE', keys[1], TOKEN_KEPT_S)
  end
  call('SADD', key .. ':n', x.inc)
  call('EXPIRE', key .. ':n', TOKEN_KEPT_S)
  call('SADD', x.p .. 'n:' .. x.inc .. ':vis', id)

  local chats = open_chats(x, id)
  local open = ''
  for _, c in ipairs(chats) do
    if c.channel == channel then open = c.id end
    call('ZREM', x.p .. 'grace:visitors', c.id)
    add_node(x, c, x.inc)
  end
  if came then emit_visitor(x, id, chats) end
  local known = call('HMGET', key, 'name', 'email', 'verified')
  local reply = {'ok', id, open, known[1] or '', known[2] or '', known[3] == '1' and 1 or 0,
    #x.events > 0 and cjson.encode(x.events) or ''}
  resume(x, reply, id, channel, resumed, number(after))
  return reply
end)
