-- set_priority: moves a chat up or down among those who wait.
--
-- Guarantee: within its new priority it keeps the place of its first arrival.
-- Keys: c:<chat>
-- Arguments: incarnation, deadline, chat, priority (-1, 0, 1)
-- Result: ok, JSON {meta, seq, events}
-- Errors: not_found, chat_closed
-- Kind: always.
command('set_priority', 'always', function(x, keys, args)
  local c = chat_of(x, args[1])
  if not c then return err('not_found') end
  if c.status == 'closed' then return err('chat_closed') end
  c.priority = number(args[2])
  save(x, c, 'priority')
  if c.status == 'queued' then
    call('ZADD', x.p .. 'w:' .. c.pool, 'XX', score_of(x, c), c.id)
    x.queues_changed = true
  end
  return ok_json({meta = chat_meta(x, c), seq = c.last, events = x.events})
end)
