import { describe, expect, it } from 'vitest';
import { type ChatRecord, initialState, type State } from '../src/state/model.ts';
import * as select from '../src/state/select.ts';
import { reduce } from '../src/state/state.ts';
import type { Chat, Entry } from '../src/state/wire.ts';
import { chat, hello, queue, said, T0, visitor } from './make.ts';

function withChats(...list: [Partial<Chat> & { id: string }, Entry[]][]): State {
  const chats = list.map(([fields]) => chat(fields.id, fields));
  let state = reduce(initialState, { type: 'hello', hello: hello({ chats }), localNow: T0 });
  for (const [{ id }, entries] of list)
    state = reduce(state, { type: 'synced', chat: id, entries, last: entries.length });
  return state;
}
const record = (entries: Entry[], fields: Partial<Chat> = {}): ChatRecord =>
  withChats([{ id: 'c_1', ...fields }, entries]).chats.c_1 as ChatRecord;

describe('waiting for me', () => {
  it('begins with the first word after an answer, not with the last', () => {
    const entries = [
      said('c_1', 1, 'agent', T0),
      said('c_1', 2, 'visitor', T0 + 10),
      said('c_1', 3, 'visitor', T0 + 20),
    ];
    expect(select.waitingSince(record(entries))).toBe(T0 + 10);
  });

  it('ends with an answer and with the chat', () => {
    const asked = said('c_1', 1, 'visitor', T0);
    expect(select.waitingSince(record([asked, said('c_1', 2, 'agent', T0 + 5)]))).toBeNull();
    expect(select.waitingSince(record([asked], { status: 'closed' }))).toBeNull();
  });

  it('sorts my chats by it, those who wait for nobody last', () => {
    const state = withChats(
      [{ id: 'c_answered' }, [said('c_answered', 1, 'visitor', T0), said('c_answered', 2, 'agent', T0 + 1)]],
      [{ id: 'c_new' }, [said('c_new', 1, 'visitor', T0 + 900)]],
      [{ id: 'c_old' }, [said('c_old', 1, 'visitor', T0 + 100)]],
    );
    expect(select.myChats(state).map((r) => r.chat.id)).toEqual(['c_old', 'c_new', 'c_answered']);
    expect(select.waitingForMe(state)).toBe(2);
  });
});

describe('the log', () => {
  it('finds the hole to fetch', () => {
    const one = said('c_1', 1, 'visitor', T0);
    const three = said('c_1', 3, 'visitor', T0);
    expect(select.missingAfter(record([one], { last: 1 }))).toBeNull();
    expect(select.missingAfter(record([one, three], { last: 3 }))).toBe(1);
    expect(select.missingAfter(record([one], { last: 4 }))).toBe(1);
    expect(select.missingAfter(record([], { last: 0 }))).toBeNull();
  });

  it('counts as unread what the visitor said after the read mark', () => {
    const entries = [1, 2, 3].map((n) => said('c_1', n, 'visitor', T0));
    expect(select.unread(record(entries, { read: { visitor: 0, agent: 1 } }))).toBe(2);
  });

  it('has a line per day, notes by their time, and the unsent last', () => {
    const day = 86_400_000;
    const entries = [
      said('c_1', 1, 'visitor', T0),
      said('c_1', 2, 'visitor', T0 + 1000),
      said('c_1', 3, 'agent', T0 + day),
    ];
    const note = { id: 'n', at: T0 + 5000, from: { role: 'agent' as const }, text: 'ojo' };
    const unsent = { client_id: 'k', chat: 'c_1', text: 'voy', at: T0 + day + 1 };
    const items = select.logItems(entries, [note], [unsent], (at) => new Date(at).toISOString().slice(0, 10));
    expect(items.map((item) => item.kind)).toEqual(['day', 'entry', 'entry', 'note', 'day', 'entry', 'pending']);
    expect(items.flatMap((item) => (item.kind === 'entry' ? [item.follows] : []))).toEqual([false, true, false]);
  });
});

describe('queues', () => {
  it('counts an `any` chat once that stands in two queues, and those beyond the first twenty', () => {
    const any = { chat: 'c_1', name: 'Luis', since_at: T0 };
    const queues = [queue('a', { waiting: 1, chats: [any] }), queue('b', { waiting: 4, chats: [any] })];
    expect(select.queuedCount(queues)).toBe(4);
    expect(select.queuedCount(null)).toBe(0);
  });
});

describe('walking through chats', () => {
  it('goes round, and starts at either end', () => {
    const state = withChats([{ id: 'c_a' }, [said('c_a', 1, 'visitor', T0)]], [{ id: 'c_b' }, []]);
    expect(select.neighbour(state, 1)).toBe('c_a');
    expect(select.neighbour(state, -1)).toBe('c_b');
    expect(select.neighbour({ ...state, selected: 'c_b' }, 1)).toBe('c_a');
    expect(select.neighbour(initialState, 1)).toBeNull();
  });
});

describe('notices', () => {
  const state = withChats([{ id: 'c_1' }, [said('c_1', 1, 'visitor', T0)]]);
  const entry = (e: Entry) => ({ ...e, type: 'entry' }) as Parameters<typeof select.noticeFor>[1];

  it('tell of a new chat, once', () => {
    const assigned = { type: 'chat.assigned' as const, chat: chat('c_9'), visitor: visitor('v_9') };
    expect(select.noticeFor(state, assigned, null)).toMatchObject({ kind: 'chat', name: 'Visitante v_9' });
    expect(select.noticeFor(state, { ...assigned, chat: chat('c_1') }, null)).toBeNull();
  });

  it('tell of a word from a visitor unless that chat is being looked at', () => {
    expect(select.noticeFor(state, entry(said('c_1', 2, 'visitor', T0)), null)).toMatchObject({ text: 'mensaje 2' });
    expect(select.noticeFor(state, entry(said('c_1', 2, 'visitor', T0)), 'c_1')).toBeNull();
    expect(select.noticeFor(state, entry(said('c_1', 2, 'agent', T0)), null)).toBeNull();
    expect(select.noticeFor(state, entry(said('c_1', 1, 'visitor', T0)), null)).toBeNull();
  });
});

describe('a ticket from a chat', () => {
  it('is about what the visitor began with, on one line and not too long', () => {
    const entries = [
      said('c_1', 1, 'agent', T0),
      said('c_1', 2, 'visitor', T0 + 1, { text: ' No puedo\n timbrar 🧾🧾 ' }),
    ];
    expect(select.firstWords(record(entries), 90)).toBe('No puedo timbrar 🧾🧾');
    expect(select.firstWords(record(entries), 18)).toBe('No puedo timbrar…');
    expect(select.firstWords(record(entries.slice(0, 1)), 90)).toBe('');
  });

  it('is opened by whoever holds the chat, or held it last', () => {
    const { me } = withChats();
    const held = record([]);
    const over = record([], { status: 'closed' });
    expect(select.mayOpenTicket(held, me)).toBe(true);
    expect(select.mayOpenTicket({ ...held, hold: 'left' }, me)).toBe(false);
    expect(select.mayOpenTicket({ ...held, hold: 'watched' }, me)).toBe(false);
    expect(select.mayOpenTicket({ ...over, hold: 'left' }, me)).toBe(true);
    expect(select.mayOpenTicket({ ...over, hold: 'watched' }, me)).toBe(false);
    expect(select.mayOpenTicket({ ...over, hold: 'left', chat: { ...over.chat, agent: null } }, me)).toBe(false);
  });

  it('is known by its entry in the log', () => {
    const entry = {
      chat: 'c_1',
      seq: 1,
      at: T0,
      kind: 'ticket',
      from: { role: 'system' },
      ticket: { number: 'T-000007' },
    };
    expect(select.ticketsOf(record([entry as Entry]))).toEqual(['T-000007']);
  });
});
