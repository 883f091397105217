-- visitor_hello: a visitor's socket says hello; a new visitor is made where none is known.
--
-- Guarantee: from now on this server holds the visitor: who waited without a socket keeps the place, and what happens
--   in the visitor's open chats is published to this server.
-- Keys: t:<token hash>, vis:<fresh visitor>
-- Arguments: incarnation, deadline, JSON of VisitorHello
-- Result: ok, JSON {visitor, fresh, chat (the open one in this channel), name, email, verified, events}
-- Errors: unauthenticated (unknown token)
-- Kind: content.

local VISITOR_KEPT_S = 7200   -- until the first start, renewed while the page is open

command('visitor_hello', 'content', function(x, keys, args)
  local hello = cjson.decode(args[1])
  local id, fresh = nil, not text(hello.token_hash)
  if fresh then
    id = hello.fresh_visitor
  else
    id = call('GET', keys[1])
    if not id then return err('unauthenticated') end
  end
  local key = x.p .. 'vis:' .. id
  local started = call('HEXISTS', key, 'started') == 1
  local came = not visitor_connected(x, id)

  local words = {'locale', hello.locale}
  if text(hello.page) then
    table.insert(words, 'page')
    table.insert(words, hello.page)
  end
  if came then
    table.insert(words, 'since_at')
    table.insert(words, x.now)
  end
  if hello.has_identity then
    for field, value in pairs({name = text(hello.name), email = text(hello.email), fields = text(hello.fields)}) do
      table.insert(words, field)
      table.insert(words, value)
    end
    table.insert(words, 'verified')
    table.insert(words, hello.verified and '1' or '0')
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
    if c.channel == hello.channel then open = c.id end
    call('ZREM', x.p .. 'grace:visitors', c.id)
    add_node(x, c, x.inc)
  end
  if came then emit_visitor(x, id, chats) end
  local v = visitor_meta(x, id)
  return ok_json({visitor = id, fresh = fresh, chat = open, name = v.name, email = v.email, verified = v.verified,
    events = x.events})
end)
