/**
 * The console's state as a pure function: `reduce(state, action)`. No clock, no network, no DOM in here; what happens
 * outside comes in as an action that carries its own time.
 */
import type { ChatRecord, Link, Pending, State } from './model.ts';
import { initialState } from './model.ts';
import type { AgentState, Chat, Entry, Event, Hello, Note, Site, Visitor } from './wire.ts';

export type Action =
  | { type: 'link'; link: Link; code?: number | null }
  | { type: 'hello'; hello: Hello; localNow: number }
  | { type: 'event'; event: Event; now: number }
  | { type: 'synced'; chat: string; entries: Entry[]; last: number }
  | { type: 'opened'; chat: Chat; visitor: Visitor | null; hold: 'mine' | 'watched' }
  | { type: 'put_away'; chat: string }
  | { type: 'written'; pending: Pending }
  | { type: 'acked'; chat: string; client_id: string; seq: number; at: number }
  | { type: 'refused'; chat: string; client_id: string; code: string }
  | { type: 'dropped'; chat: string; client_id: string }
  | { type: 'noted'; chat: string; notes: Note[] }
  | { type: 'read'; chat: string; seq: number }
  | { type: 'chat'; chat: Chat }
  | { type: 'agent_state'; state: AgentState }
  | { type: 'site'; site: Site }
  | { type: 'select'; chat: string | null };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'link':
      return withLink(state, action.link, action.code ?? null);
    case 'hello':
      return withHello(state, action.hello, action.localNow);
    case 'event':
      return withEvent(state, action.event, action.now);
    case 'synced':
      return change(state, action.chat, (record) => ({
        ...withEntries(record, action.entries, action.last),
        loaded: true,
      }));
    case 'opened':
      return opened(state, action.chat, action.visitor, action.hold);
    case 'put_away':
      return putAway(state, action.chat);
    case 'written':
      return change(state, action.pending.chat, (record) => withPending(record, action.pending));
    case 'acked':
      return change(state, action.chat, (record) => acked(record, state, action.client_id, action.seq, action.at));
    case 'refused':
      return change(state, action.chat, (record) => mark(record, action.client_id, action.code));
    case 'dropped':
      return change(state, action.chat, (record) => without(record, action.client_id));
    case 'noted':
      return change(state, action.chat, (record) => withNotes(record, action.notes));
    case 'read':
      return change(state, action.chat, (record) => withRead(record, 'agent', action.seq));
    case 'chat':
      return change(state, action.chat.id, (record) => ({ ...record, chat: newer(record.chat, action.chat) }));
    case 'agent_state':
      return { ...state, agentState: action.state };
    case 'site':
      return { ...state, site: action.site };
    case 'select':
      return { ...state, selected: action.chat };
  }
}

function withLink(state: State, link: Link, closeCode: number | null): State {
  if (link !== 'signed_out') return { ...state, link, closeCode };
  // Another person may sign in at this window: nothing of the last one stays but the site.
  return { ...initialState, site: state.site, link, closeCode };
}

function withHello(state: State, hello: Hello, localNow: number): State {
  const sameAgent = state.me === null || state.me.id === hello.agent.id;
  const known = sameAgent ? state.chats : {};
  const chats: Record<string, ChatRecord> = {};
  for (const record of Object.values(known)) {
    // A watch ends with its connection; the controller asks for it again.
    chats[record.chat.id] = record.hold === 'mine' ? { ...record, hold: 'left', typing: null } : record;
  }
  for (const chat of hello.chats) {
    const old = known[chat.id];
    chats[chat.id] = old
      ? { ...old, chat: newer(old.chat, chat), visitor: chat.visitor ?? old.visitor, hold: 'mine', reason: null }
      : freshRecord(chat, chat.visitor ?? null, 'mine');
  }
  return {
    ...state,
    link: 'live',
    closeCode: null,
    skew: hello.now - localNow,
    me: hello.agent,
    agentState: hello.state,
    chats,
    queues: hello.queues,
    queuesAt: hello.now,
    agents: hello.agents,
    textLimit: hello.limits.text ?? state.textLimit,
  };
}

function withEvent(state: State, event: Event, now: number): State {
  switch (event.type) {
    case 'entry':
      return change(state, event.chat, (record) => withEntries(record, [event], event.seq));
    case 'tick':
      return change(state, event.chat, (record) => withEntries(record, [], event.last));
    case 'chat.assigned':
      return opened(state, event.chat, event.visitor, 'mine');
    case 'chat.revoked':
      return change(state, event.chat, (record) => ({
        ...record,
        hold: record.hold === 'mine' ? 'left' : record.hold,
        reason: event.reason,
        typing: null,
      }));
    case 'queues':
      return { ...state, queues: event.queues, queuesAt: now };
    case 'agents':
      return { ...state, agents: event.agents };
    case 'typing':
      if (event.from.role !== 'visitor') return state;
      return change(state, event.chat, (record) => ({
        ...record,
        typing: event.on || event.draft ? { on: event.on, draft: event.draft ?? '', at: now } : null,
      }));
    case 'read':
      return change(state, event.chat, (record) => withRead(record, event.role, event.seq));
    case 'note':
      return change(state, event.chat, (record) => withNotes(record, [event.note]));
    case 'visitor':
      return change(state, event.chat, (record) => ({ ...record, visitor: event.visitor }));
    case 'state':
      return { ...state, agentState: event.state };
    default:
      // A newer server may tell more than this console knows.
      return state;
  }
}

function change(state: State, id: string, how: (record: ChatRecord) => ChatRecord): State {
  const record = state.chats[id];
  if (!record) return state;
  const next = how(record);
  return next === record ? state : { ...state, chats: { ...state.chats, [id]: next } };
}

function freshRecord(chat: Chat, visitor: Visitor | null, hold: 'mine' | 'watched'): ChatRecord {
  return {
    chat,
    visitor,
    hold,
    reason: null,
    entries: [],
    notes: [],
    pending: [],
    typing: null,
    loaded: false,
  };
}

function opened(state: State, chat: Chat, visitor: Visitor | null, hold: 'mine' | 'watched'): State {
  const old = state.chats[chat.id];
  const seen = visitor ?? chat.visitor ?? old?.visitor ?? null;
  const record: ChatRecord = old
    ? { ...old, chat: newer(old.chat, chat), visitor: seen, hold, reason: null }
    : freshRecord(chat, seen, hold);
  return { ...state, chats: { ...state.chats, [chat.id]: record } };
}

function putAway(state: State, id: string): State {
  const { [id]: gone, ...chats } = state.chats;
  if (!gone) return state;
  return { ...state, chats, selected: state.selected === id ? null : state.selected };
}

/** The server's word, except that marks which only rise never go back: replies and events may overtake each other. */
function newer(old: Chat, chat: Chat): Chat {
  return {
    ...chat,
    last: Math.max(old.last, chat.last),
    read: {
      visitor: Math.max(old.read.visitor, chat.read.visitor),
      agent: Math.max(old.read.agent, chat.read.agent),
    },
  };
}

function withEntries(record: ChatRecord, fresh: readonly Entry[], last: number): ChatRecord {
  const known = new Set(record.entries.map((entry) => entry.seq));
  const added = fresh.filter((entry) => !known.has(entry.seq) && known.add(entry.seq));
  const highest = added.reduce((top, entry) => Math.max(top, entry.seq), Math.max(last, record.chat.last));
  if (added.length === 0 && highest === record.chat.last) return record;
  const newest = record.entries.at(-1)?.seq ?? 0;
  let chat: Chat = { ...record.chat, last: highest };
  let typing = record.typing;
  for (const entry of added) {
    // What a late sync brings is older than what CHAT already says.
    if (entry.seq > newest && entry.seq >= record.chat.last) chat = afterEntry(chat, entry);
    if (entry.kind === 'message' && entry.from.role === 'visitor') typing = null;
  }
  const ids = new Set(
    added.flatMap((entry) => (entry.from.role === 'agent' && entry.client_id ? [entry.client_id] : [])),
  );
  return {
    ...record,
    chat,
    typing,
    entries: [...record.entries, ...added].sort((a, b) => a.seq - b.seq),
    // Sent from another window, or the acknowledgement was lost in a cut: the log has it, so it is no longer pending.
    pending: ids.size ? record.pending.filter((item) => !ids.has(item.client_id)) : record.pending,
  };
}

function afterEntry(chat: Chat, entry: Entry): Chat {
  switch (entry.kind) {
    case 'queued':
      return { ...chat, status: 'queued', department: entry.department, agent: null };
    case 'assigned':
      return { ...chat, status: 'assigned', agent: entry.agent, position: null, wait_s: null };
    case 'closed':
      return { ...chat, status: 'closed', outcome: entry.outcome };
    default:
      return chat;
  }
}

function withPending(record: ChatRecord, pending: Pending): ChatRecord {
  if (record.pending.some((item) => item.client_id === pending.client_id)) return record;
  if (record.entries.some((entry) => entry.client_id === pending.client_id)) return record;
  return { ...record, pending: [...record.pending, pending] };
}

function acked(record: ChatRecord, state: State, clientId: string, seq: number, at: number): ChatRecord {
  const item = record.pending.find((candidate) => candidate.client_id === clientId);
  if (!item || !state.me) return record;
  const entry: Entry = {
    kind: 'message',
    chat: record.chat.id,
    seq,
    at,
    from: { role: 'agent', id: state.me.id, name: state.me.name },
    ...(item.file ? { file: item.file } : { text: item.text }),
    client_id: clientId,
  };
  return withEntries(without(record, clientId), [entry], seq);
}

function mark(record: ChatRecord, clientId: string, refused: string): ChatRecord {
  return {
    ...record,
    pending: record.pending.map((item) => (item.client_id === clientId ? { ...item, refused } : item)),
  };
}

function without(record: ChatRecord, clientId: string): ChatRecord {
  return { ...record, pending: record.pending.filter((item) => item.client_id !== clientId) };
}

function withNotes(record: ChatRecord, fresh: readonly Note[]): ChatRecord {
  const known = new Set(record.notes.map(noteKey));
  const added = fresh.filter((note) => !known.has(noteKey(note)));
  if (added.length === 0) return record;
  return { ...record, notes: [...record.notes, ...added].sort((a, b) => a.at - b.at) };
}

function withRead(record: ChatRecord, role: 'visitor' | 'agent', seq: number): ChatRecord {
  if (record.chat.read[role] >= seq) return record;
  return { ...record, chat: { ...record.chat, read: { ...record.chat.read, [role]: seq } } };
}

/** Notes have no `seq`: one that comes both as reply and by HTTP is told by its id, or by all that it says. */
export function noteKey(note: Note): string {
  return note.id ?? `${note.at} ${note.from.id ?? ''} ${note.text}`;
}
