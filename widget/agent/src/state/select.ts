/** Questions about the state. Pure; times are server time in epoch ms. */
import type { ChatRecord, Pending, State } from './model.ts';
import { noteKey } from './state.ts';
import type { Department, Entry, Event, Me, Note, Queue, Site } from './wire.ts';

/** Seconds after which somebody who waits for this agent is shown as late, where the site names no limit. */
export const defaultAnswerWithinS = 60;

/** When the visitor began to wait for an answer: their first message after the last word of an agent; null if none waits. */
export function waitingSince(record: ChatRecord): number | null {
  if (record.chat.status === 'closed') return null;
  let since: number | null = null;
  for (let i = record.entries.length - 1; i >= 0; i--) {
    const entry = record.entries[i];
    if (entry?.kind !== 'message') continue;
    if (entry.from.role === 'agent') break;
    if (entry.from.role === 'visitor') since = entry.at;
  }
  return since;
}

/** Messages of the visitor that no console of this agent has shown yet. */
export function unread(record: ChatRecord): number {
  const after = record.chat.read.agent;
  return record.entries.filter((e) => e.kind === 'message' && e.from.role === 'visitor' && e.seq > after).length;
}

/** The `after` for the next `chat.sync`, or null if the log has no hole. */
export function missingAfter(record: ChatRecord): number | null {
  const hole = record.entries.findIndex((entry, index) => entry.seq !== index + 1);
  const whole = hole === -1 ? record.entries.length : hole;
  return whole < record.chat.last ? whole : null;
}

/** Held chats, who waits longest for me first; those who wait for nobody after them, latest word first. */
export function myChats(state: State): ChatRecord[] {
  return Object.values(state.chats)
    .filter((record) => record.hold === 'mine')
    .sort((a, b) => {
      const [waitA, waitB] = [waitingSince(a), waitingSince(b)];
      if (waitA !== null && waitB !== null) return waitA - waitB;
      if (waitA !== null) return -1;
      if (waitB !== null) return 1;
      return lastAt(b) - lastAt(a) || a.chat.id.localeCompare(b.chat.id);
    });
}

export function watchedChats(state: State): ChatRecord[] {
  return Object.values(state.chats).filter((record) => record.hold === 'watched');
}

export function leftChats(state: State): ChatRecord[] {
  return Object.values(state.chats).filter((record) => record.hold === 'left');
}

/** All chats of the left pane in the order in which they stand there: what Alt+↑↓ walks through. */
export function chatOrder(state: State): string[] {
  return [...myChats(state), ...watchedChats(state), ...leftChats(state)].map((record) => record.chat.id);
}

export function neighbour(state: State, step: 1 | -1): string | null {
  const order = chatOrder(state);
  if (order.length === 0) return null;
  const at = state.selected === null ? -1 : order.indexOf(state.selected);
  if (at === -1) return order[step === 1 ? 0 : order.length - 1] ?? null;
  return order[(at + step + order.length) % order.length] ?? null;
}

function lastAt(record: ChatRecord): number {
  return record.entries.at(-1)?.at ?? record.visitor?.since_at ?? 0;
}

/** Whoever holds a chat may open a ticket from it, also after it has ended; the server says for how long. */
export function mayOpenTicket(record: ChatRecord, me: Me | null): boolean {
  if (record.chat.status !== 'closed') return record.hold === 'mine';
  return record.hold !== 'watched' && record.chat.agent?.id === me?.id;
}

/** The numbers of the tickets that were opened from this chat. */
export function ticketsOf(record: ChatRecord): string[] {
  return record.entries.flatMap((entry) => (entry.kind === 'ticket' ? [entry.ticket.number] : []));
}

/** What the visitor began with, on one line and not too long: what a ticket from this chat is about, unless somebody says it better. */
export function firstWords(record: ChatRecord, most: number): string {
  const first = record.entries.find((entry) => entry.kind === 'message' && entry.from.role === 'visitor');
  const text = first?.kind === 'message' ? (first.text ?? '').replace(/\s+/gu, ' ').trim() : '';
  const points = [...text];
  return points.length > most
    ? `${points
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text;
}

/** The last thing said, for the list. */
export function lastMessage(record: ChatRecord): Entry | null {
  return record.entries.findLast((entry) => entry.kind === 'message') ?? null;
}

export type LogItem =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'entry'; key: string; at: number; entry: Entry; follows: boolean }
  | { kind: 'note'; key: string; at: number; note: Note }
  | { kind: 'pending'; key: string; at: number; pending: Pending };

/** A message right after another of the same author within five minutes needs no name again. */
const sameBreathMs = 5 * 60_000;

/** The log as it is read: days, entries and notes by time, and below them what is still on its way. */
export function logItems(
  entries: readonly Entry[],
  notes: readonly Note[],
  pending: readonly Pending[],
  dayOf: (at: number) => string,
): LogItem[] {
  const items: LogItem[] = [];
  let day = '';
  let previous: Entry | null = null;
  const openDay = (at: number) => {
    const next = dayOf(at);
    if (next === day) return;
    day = next;
    previous = null;
    items.push({ kind: 'day', key: `day-${next}`, at });
  };
  let n = 0;
  const notesUntil = (at: number) => {
    for (let note = notes[n]; note && note.at <= at; note = notes[++n]) {
      openDay(note.at);
      items.push({ kind: 'note', key: `note-${noteKey(note)}`, at: note.at, note });
      previous = null;
    }
  };
  for (const entry of entries) {
    notesUntil(entry.at - 1);
    openDay(entry.at);
    items.push({ kind: 'entry', key: `e-${entry.seq}`, at: entry.at, entry, follows: sameBreath(previous, entry) });
    previous = entry;
  }
  notesUntil(Number.POSITIVE_INFINITY);
  for (const item of pending) {
    openDay(item.at);
    items.push({ kind: 'pending', key: `p-${item.client_id}`, at: item.at, pending: item });
  }
  return items;
}

function sameBreath(previous: Entry | null, entry: Entry): boolean {
  return (
    previous?.kind === 'message' &&
    entry.kind === 'message' &&
    previous.from.role === entry.from.role &&
    previous.from.id === entry.from.id &&
    entry.at - previous.at < sameBreathMs
  );
}

export function department(site: Site | null, id: string): Department | null {
  return site?.departments.find((candidate) => candidate.id === id) ?? null;
}

/** How long a visitor of this chat may wait for an answer before it is shown as late, ms. */
export function answerWithinMs(site: Site | null, departmentId: string): number {
  return (department(site, departmentId)?.answer_within_s ?? defaultAnswerWithinS) * 1000;
}

/** Visitors who wait in all my queues; an `any` chat stands in several and counts once. */
export function queuedCount(queues: readonly Queue[] | null): number {
  if (!queues) return 0;
  const named = new Set(queues.flatMap((queue) => queue.chats.map((chat) => chat.chat)));
  // Beyond the first twenty of a queue there are no ids to tell doubles by.
  const unnamed = queues.reduce((sum, queue) => sum + Math.max(0, queue.waiting - queue.chats.length), 0);
  return named.size + unnamed;
}

/** Chats in which somebody waits for my answer. */
export function waitingForMe(state: State): number {
  return myChats(state).filter((record) => waitingSince(record) !== null).length;
}

export type Notice = { kind: 'chat' | 'message'; chat: string; name: string; text: string };

/** What an event is worth a sound or a desktop notice for; `seen` is the chat that is being looked at, if any. */
export function noticeFor(state: State, event: Event, seen: string | null): Notice | null {
  if (event.type === 'chat.assigned') {
    if (state.chats[event.chat.id]?.hold === 'mine') return null;
    return { kind: 'chat', chat: event.chat.id, name: event.visitor.name ?? '', text: '' };
  }
  if (event.type !== 'entry' || event.kind !== 'message' || event.from.role !== 'visitor') return null;
  const record = state.chats[event.chat];
  if (record?.hold !== 'mine' || event.chat === seen) return null;
  if (record.entries.some((entry) => entry.seq === event.seq)) return null;
  return {
    kind: 'message',
    chat: event.chat,
    name: record.visitor?.name ?? event.from.name ?? '',
    text: event.text ?? event.file?.name ?? '',
  };
}
