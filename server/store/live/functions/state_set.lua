-- state_set: an agent is online, away or offline from now on.
--
-- Guarantee: online: takes the best waiting chats in this step, as the last in the line of the idle. away: keeps the
--   chats, gets no more. offline: the chats go back at once, at their old places.
-- Keys: a:<agent>
-- Arguments: incarnation, deadline, agent, state
-- Result: ok, JSON {meta (empty), seq (0), events}
-- Errors: not_found, bad_field (state)
-- Kind: always.
command('state_set', 'always', function(x, keys, args)
  local id, state = unpack(args)
  local a = agent_of(x, id)
  if not a or a.disabled == 1 then return err('not_found') end
  if state ~= 'online' and state ~= 'away' and state ~= 'offline' then return err('bad_field', 'state') end
  if state ~= a.state then
    if state == 'offline' then
      go_offline(x, a)
    else
      a.state = state
      if state == 'online' then renew_idle(x, a) end
      place(x, a)
      emit_agent(x, a)
      match_agent(x, a)
    end
  end
  return ok_json({seq = 0, events = x.events})
end)
