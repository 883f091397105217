import { describe, expect, it } from 'vitest';
import { initialState, type State } from '../src/state/model.ts';
import { type Action, reduce } from '../src/state/state.ts';
import type { Event } from '../src/state/wire.ts';
import { chat, hello, queue, said, T0, visitor } from './make.ts';

const run = (state: State, ...actions: Action[]) => actions.reduce(reduce, state);
const event = (e: Event, now = T0): Action => ({ type: 'event', event: e, now });
const entry = (e: ReturnType<typeof said>): Action => event({ ...e, type: 'entry' });
const hi = (fields: Parameters<typeof hello>[0] = {}): Action => ({
  type: 'hello',
  hello: hello(fields),
  localNow: T0,
});
const live = (...ids: string[]) => run(initialState, hi({ chats: ids.map((id) => chat(id)) }));
const pending = (client_id: string, text = 'hola') => ({ client_id, chat: 'c_1', text, at: T0 });

describe('hello', () => {
  it('makes the console live, with its chats and the skew of the clocks', () => {
    const state = run(initialState, {
      type: 'hello',
      hello: hello({ chats: [chat('c_1', { visitor: visitor('v_1') })], now: T0 + 500 }),
      localNow: T0,
    });
    expect(state.link).toBe('live');
    expect(state.skew).toBe(500);
    expect(state.chats.c_1).toMatchObject({ hold: 'mine', loaded: false, visitor: { id: 'v_1' } });
  });

  it('keeps the log that is known and takes up what is new', () => {
    const before = run(live('c_1'), entry(said('c_1', 1, 'visitor', T0)));
    const after = run(before, { type: 'link', link: 'waiting' }, hi({ chats: [chat('c_1', { last: 3 })] }));
    expect(after.chats.c_1?.entries).toHaveLength(1);
    expect(after.chats.c_1?.chat.last).toBe(3);
  });

  it('keeps a chat readable that went to somebody else in the meantime', () => {
    const state = run(live('c_1', 'c_2'), { type: 'link', link: 'waiting' }, hi({ chats: [chat('c_2')] }));
    expect(state.chats.c_1?.hold).toBe('left');
    expect(state.chats.c_2?.hold).toBe('mine');
  });

  it('shows nothing of the agent who was signed in before', () => {
    const other = hello().agent;
    expect(run(live('c_1'), { type: 'link', link: 'signed_out' }).chats).toEqual({});
    expect(run(live('c_1'), hi({ agent: { ...other, id: 'a_eva' } })).chats).toEqual({});
  });

  it('never lets a mark go back that the events have raised', () => {
    const before = run(live('c_1'), event({ type: 'read', chat: 'c_1', role: 'agent', seq: 4 }));
    const after = run(before, hi({ chats: [chat('c_1', { read: { visitor: 2, agent: 3 } })] }));
    expect(after.chats.c_1?.chat.read).toEqual({ visitor: 2, agent: 4 });
  });
});

describe('the log', () => {
  it('takes each seq once, in order, however they come', () => {
    const state = run(
      live('c_1'),
      entry(said('c_1', 3, 'visitor', T0 + 3)),
      { type: 'synced', chat: 'c_1', entries: [1, 2, 3].map((n) => said('c_1', n, 'visitor', T0 + n)), last: 3 },
      entry(said('c_1', 2, 'visitor', T0 + 2)),
    );
    expect(state.chats.c_1?.entries.map((e) => e.seq)).toEqual([1, 2, 3]);
    expect(state.chats.c_1?.loaded).toBe(true);
  });

  it('learns from a tick that something was missed', () => {
    const state = run(live('c_1'), event({ type: 'tick', chat: 'c_1', last: 9 }));
    expect(state.chats.c_1?.chat.last).toBe(9);
  });

  it('follows who has the chat and how it ended', () => {
    const head = { chat: 'c_1', at: T0, from: { role: 'system' as const } };
    const queued = run(
      live('c_1'),
      event({ ...head, type: 'entry', seq: 1, kind: 'queued', department: 'any', reason: 'no_answer' }),
    );
    expect(queued.chats.c_1?.chat).toMatchObject({ status: 'queued', agent: null });
    const assigned = run(
      queued,
      event({ ...head, type: 'entry', seq: 2, kind: 'assigned', agent: { id: 'a_eva', name: 'Eva' } }),
    );
    expect(assigned.chats.c_1?.chat).toMatchObject({ status: 'assigned', agent: { id: 'a_eva' } });
    const closed = run(
      assigned,
      event({ ...head, type: 'entry', seq: 3, kind: 'closed', by: 'agent', outcome: 'solved' }),
    );
    expect(closed.chats.c_1?.chat).toMatchObject({ status: 'closed', outcome: 'solved' });
  });

  it('does not let an old entry that a sync brings undo what the chat says now', () => {
    const head = { chat: 'c_1', at: T0, from: { role: 'system' as const } };
    const state = run(initialState, hi({ chats: [chat('c_1', { last: 5 })] }), {
      type: 'synced',
      chat: 'c_1',
      last: 5,
      entries: [{ ...head, seq: 1, kind: 'queued', department: 'any', reason: 'new' }],
    });
    expect(state.chats.c_1?.chat.status).toBe('assigned');
  });

  it('ignores entries of a chat that it does not know, and events of a newer server', () => {
    const state = live('c_1');
    expect(run(state, entry(said('c_x', 1, 'visitor', T0)))).toBe(state);
    expect(run(state, event({ type: 'brand_new' } as unknown as Event))).toBe(state);
  });
});

describe('sending', () => {
  it('shows a message as pending, and as an entry once acknowledged', () => {
    const sent = run(live('c_1'), { type: 'written', pending: pending('k1') });
    expect(sent.chats.c_1?.pending).toHaveLength(1);
    const acked = run(sent, { type: 'acked', chat: 'c_1', client_id: 'k1', seq: 1, at: T0 + 5 });
    expect(acked.chats.c_1?.pending).toEqual([]);
    expect(acked.chats.c_1?.entries[0]).toMatchObject({ seq: 1, at: T0 + 5, text: 'hola', from: { id: 'a_ana' } });
  });

  it('takes the entry itself for the acknowledgement that a cut has swallowed', () => {
    const state = run(
      live('c_1'),
      { type: 'written', pending: pending('k1') },
      { type: 'synced', chat: 'c_1', entries: [said('c_1', 1, 'agent', T0, { client_id: 'k1' })], last: 1 },
      { type: 'acked', chat: 'c_1', client_id: 'k1', seq: 1, at: T0 },
    );
    expect(state.chats.c_1?.pending).toEqual([]);
    expect(state.chats.c_1?.entries).toHaveLength(1);
  });

  it('does not list a message twice that another window of the agent has sent', () => {
    const state = run(live('c_1'), entry(said('c_1', 1, 'agent', T0, { client_id: 'k1' })), {
      type: 'written',
      pending: pending('k1'),
    });
    expect(state.chats.c_1?.pending).toEqual([]);
  });

  it('marks what will never be taken, and lets it be dropped', () => {
    const refused = run(
      live('c_1'),
      { type: 'written', pending: pending('k1') },
      { type: 'refused', chat: 'c_1', client_id: 'k1', code: 'chat_closed' },
    );
    expect(refused.chats.c_1?.pending[0]?.refused).toBe('chat_closed');
    expect(run(refused, { type: 'dropped', chat: 'c_1', client_id: 'k1' }).chats.c_1?.pending).toEqual([]);
  });
});

describe('what comes and goes', () => {
  it('opens an assigned chat and leaves a revoked one readable, with the reason', () => {
    const assigned = run(live(), event({ type: 'chat.assigned', chat: chat('c_9'), visitor: visitor('v_9') }));
    expect(assigned.chats.c_9).toMatchObject({ hold: 'mine', visitor: { id: 'v_9' } });
    const revoked = run(assigned, event({ type: 'chat.revoked', chat: 'c_9', reason: 'no_answer' }));
    expect(revoked.chats.c_9).toMatchObject({ hold: 'left', reason: 'no_answer' });
    const back = run(revoked, event({ type: 'chat.assigned', chat: chat('c_9'), visitor: visitor('v_9') }));
    expect(back.chats.c_9).toMatchObject({ hold: 'mine', reason: null });
  });

  it('puts a chat away, and with it the selection', () => {
    const state = run(live('c_1'), { type: 'select', chat: 'c_1' }, { type: 'put_away', chat: 'c_1' });
    expect(state.chats).toEqual({});
    expect(state.selected).toBeNull();
  });

  it('shows the draft of the visitor until the message comes', () => {
    const from = { role: 'visitor' as const, id: 'v_1' };
    const typing = run(live('c_1'), event({ type: 'typing', chat: 'c_1', on: true, draft: 'No pue', from }, T0 + 9));
    expect(typing.chats.c_1?.typing).toEqual({ on: true, draft: 'No pue', at: T0 + 9 });
    expect(run(typing, entry(said('c_1', 1, 'visitor', T0))).chats.c_1?.typing).toBeNull();
    expect(run(typing, event({ type: 'typing', chat: 'c_1', on: false, from })).chats.c_1?.typing).toBeNull();
  });

  it('keeps in step with the other consoles of this agent', () => {
    const state = run(
      live('c_1'),
      event({ type: 'state', state: 'away' }),
      event({ type: 'read', chat: 'c_1', role: 'agent', seq: 2 }),
      event({ type: 'note', chat: 'c_1', note: { id: 'n1', at: T0, from: { role: 'agent' }, text: 'VIP' } }),
      { type: 'noted', chat: 'c_1', notes: [{ id: 'n1', at: T0, from: { role: 'agent' }, text: 'VIP' }] },
    );
    expect(state.agentState).toBe('away');
    expect(state.chats.c_1?.chat.read.agent).toBe(2);
    expect(state.chats.c_1?.notes).toHaveLength(1);
  });

  it('notes when the queues were true', () => {
    const state = run(live(), event({ type: 'queues', queues: [queue('ventas', { waiting: 2 })] }, T0 + 7000));
    expect(state.queues?.[0]).toMatchObject({ department: 'ventas', waiting: 2 });
    expect(state.queuesAt).toBe(T0 + 7000);
  });
});
