-- closing: hands out closed chats for the record, those that have waited longest first.
--
-- Guarantee: each goes to one caller, and is offered again after 5 s should that one not have finished; at most `most`.
-- Keys: meta
-- Arguments: incarnation, deadline (0), most
-- Result: ok, chat ids
-- Errors: fenced
-- Kind: always.

local OFFER_AGAIN_MS = 5000

command('closing', 'always', function(x, keys, args)
  local ids = call('ZRANGEBYSCORE', x.p .. 'closing', '-inf', clock(x), 'LIMIT', 0, args[1])
  for _, id in ipairs(ids) do call('ZADD', x.p .. 'closing', clock(x) + OFFER_AGAIN_MS, id) end
  return ok(unpack(ids))
end)
