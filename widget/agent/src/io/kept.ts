/** What stays in this browser: settings, what is typed and not sent, and which window this is. */
import { type KeyStore, keyStore, newClientId, type OutboxItem, type OutboxStorage } from '@ventanilla/client';
import type { Lang } from '../i18n/index.ts';
import type { FileRef, TicketPriority } from '../state/wire.ts';

const prefix = 'ventanilla.agent.';
const kept: KeyStore = keyStore(prefix);
const windowKept: KeyStore = keyStore(prefix, 'sessionStorage');

export interface Settings {
  lang: Lang;
  sound: boolean;
  notices: boolean;
}

export function loadSettings(): Partial<Settings> {
  return kept.get<Partial<Settings>>('settings') ?? {};
}

export function saveSettings(settings: Settings): void {
  kept.set('settings', settings);
}

/** The id of this window: the server lets a newer connection of the same device displace the older one. */
export function device(): string {
  const known = windowKept.get<string>('device');
  if (known) return known;
  return newDevice();
}

/** After a displacement: a duplicated tab has copied the id, and two windows with one id would displace each other for ever. */
export function newDevice(): string {
  const fresh = newClientId();
  windowKept.set('device', fresh);
  return fresh;
}

export interface Draft {
  text: string;
  note: boolean;
}

export function draft(chat: string): Draft {
  return kept.get<Draft>(`draft.${chat}`) ?? { text: '', note: false };
}

export function keepDraft(chat: string, value: Draft): void {
  kept.set(`draft.${chat}`, value.text ? value : undefined);
}

/** What is being written into a ticket. */
export interface MessageDraft {
  text: string;
  note: boolean;
  /** Those that the server has already. */
  files: FileRef[];
  /** What was asked for last and under which key: the same again is no second message. */
  asked?: { key: string; body: string } | undefined;
}

export function messageDraft(number: string): MessageDraft {
  return kept.get<MessageDraft>(`message.${number}`) ?? { text: '', note: false, files: [] };
}

export function keepMessageDraft(number: string, value: MessageDraft): void {
  kept.set(`message.${number}`, value.text || value.files.length ? value : undefined);
}

/** A ticket that somebody dictates over the phone. */
export interface PhoneDraft {
  email: string;
  name: string;
  rfc: string;
  department: string;
  subject: string;
  priority: TicketPriority;
  comments: string;
  files: FileRef[];
  asked?: { key: string; body: string } | undefined;
}

export function phoneDraft(): PhoneDraft | null {
  return kept.get<PhoneDraft>('phone') ?? null;
}

export function keepPhoneDraft(value: PhoneDraft | null): void {
  kept.set('phone', value ?? undefined);
}

/** The key under which this is asked for: the one of the last try as long as nothing else is asked. */
export function askedAs(last: { key: string; body: string } | undefined, body: unknown): { key: string; body: string } {
  const text = JSON.stringify(body);
  return last?.body === text ? last : { key: newClientId(), body: text };
}

/** A ticket from a chat that is being written, and the `client_id` under which it is asked for however often that takes. */
export interface TicketDraft {
  client_id: string;
  department: string;
  subject: string;
  priority: TicketPriority;
  email: string;
  rfc: string;
  comments: string;
}

export function ticketDraft(chat: string): TicketDraft | null {
  return kept.get<TicketDraft>(`ticket.${chat}`) ?? null;
}

export function keepTicketDraft(chat: string, value: TicketDraft | null): void {
  kept.set(`ticket.${chat}`, value ?? undefined);
}

/**
 * Where one window keeps its unsent messages. Each window has a list of its own, so that two windows of one agent do
 * not overwrite each other's; what windows that are closed by now have left behind is taken over at the start. If such
 * a window is still open, both send, and the server takes it once by its `client_id`.
 */
export function outboxStorage(agent: string, window: string): OutboxStorage {
  const all = `outbox.${agent}.`;
  const own = all + window;
  return {
    load() {
      const items = new Map<string, OutboxItem>();
      for (const key of keysFrom(all)) {
        for (const item of kept.get<OutboxItem[]>(key) ?? []) items.set(item.client_id, item);
        if (key !== own) kept.set(key, undefined);
      }
      const list = [...items.values()].sort((a, b) => a.at - b.at);
      if (list.length) kept.set(own, list);
      return list;
    },
    save(items) {
      kept.set(own, items.length ? items : undefined);
    },
  };
}

function keysFrom(start: string): string[] {
  try {
    return Object.keys(localStorage).flatMap((key) =>
      key.startsWith(prefix + start) ? [key.slice(prefix.length)] : [],
    );
  } catch {
    // Storage is blocked: then there is nothing from earlier windows.
    return [];
  }
}
