/** Messages on their way: kept until acknowledged, whatever happens to the connection or the page. */

import { type Connection, newClientId, Outbox, type OutboxItem, RequestError } from '@ventanilla/client';
import type { State } from '../state/model.ts';
import type { Action } from '../state/state.ts';
import type { FileRef } from '../state/wire.ts';
import * as kept from './kept.ts';

/** What a message says: a text, or a file that the server has already. */
export type Sent = { text: string; file?: undefined } | { text?: undefined; file: FileRef };

export interface OutgoingOptions {
  connection(): Connection | null;
  state(): State;
  dispatch(action: Action): void;
  /** Server time now. */
  now(): number;
  /** A message was acknowledged: its chat's log may lack entries up to it. */
  delivered(chat: string): void;
  /** A message was refused in a chat that is no longer shown; nothing but these words remains of it. */
  lost(text: string): void;
}

export class Outgoing {
  private outbox: Outbox | null = null;
  private agent = '';

  constructor(private readonly options: OutgoingOptions) {}

  /** Takes up what this agent left unsent on this device. Nothing is sent before `resume`. */
  open(agent: string, device: string): void {
    if (this.outbox && this.agent === agent) return;
    this.agent = agent;
    this.outbox = new Outbox({
      storage: kept.outboxStorage(agent, device),
      send: (item) =>
        this.options.connection()?.request(item.type, wireFields(item)) ??
        Promise.reject(new RequestError('disconnected')),
      delivered: (item, ok) => this.delivered(item, ok as { seq: number; at: number }),
      refused: (item, error) => this.refused(item, error.code),
    });
    for (const item of this.outbox.items) {
      this.options.dispatch({
        type: 'written',
        pending: { ...messageOf(item), client_id: item.client_id, at: item.at },
      });
    }
  }

  resume(): void {
    this.outbox?.resume();
  }

  pause(): void {
    this.outbox?.pause();
  }

  /** The session is over; what was not sent stays on the device for the next `open`. */
  leave(): void {
    this.outbox?.pause();
    this.outbox = null;
  }

  send(chat: string, { text, file }: Sent): void {
    if (!this.outbox) return;
    const client_id = newClientId();
    const pending = { client_id, chat, text: text ?? '', file, at: this.options.now() };
    this.options.dispatch({ type: 'written', pending });
    const said = file ? { chat, client_id, file: file.id, sent: file } : { chat, client_id, text: text ?? '' };
    this.outbox.add('message.send', said, client_id);
  }

  /** Tries a refused message again, as a new one: the old `client_id` may stand for something else. */
  sendAgain(chat: string, client_id: string): void {
    const item = this.options.state().chats[chat]?.pending.find((pending) => pending.client_id === client_id);
    if (!item) return;
    this.options.dispatch({ type: 'dropped', chat, client_id });
    this.send(chat, item.file ? { file: item.file } : { text: item.text });
  }

  private delivered(item: OutboxItem, ok: { seq: number; at: number }): void {
    const { chat } = messageOf(item);
    this.options.dispatch({ type: 'acked', chat, client_id: item.client_id, seq: ok.seq, at: ok.at });
    this.options.delivered(chat);
  }

  private refused(item: OutboxItem, code: string): void {
    const { chat, text, file } = messageOf(item);
    if (this.options.state().chats[chat])
      this.options.dispatch({ type: 'refused', chat, client_id: item.client_id, code });
    else this.options.lost(file?.name ?? text);
  }
}

/** What is kept of a message: beside the wire's fields what the file is called, to show it after a reload. */
type KeptFields = { chat: string; text?: string; sent?: FileRef };

function messageOf(item: OutboxItem): { chat: string; text: string; file: FileRef | undefined } {
  const { chat, text, sent } = item.fields as KeptFields;
  return { chat, text: text ?? '', file: sent };
}

function wireFields(item: OutboxItem): OutboxItem['fields'] {
  const { sent: _, ...fields } = item.fields as KeptFields;
  return fields as OutboxItem['fields'];
}
