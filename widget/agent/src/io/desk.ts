/**
 * The console's one object with side effects: it carries requests out, feeds what comes back into the reducer, and
 * keeps logs whole. Views read `state` and call its methods; they never see a frame.
 */

import type { AgentWelcome, ConnectionOptions, ConnectionState, Replies, RequestType } from '@ventanilla/client';
import { Connection, RequestError } from '@ventanilla/client';
import { errorText, type Texts } from '../i18n/index.ts';
import { initialState, type State } from '../state/model.ts';
import { missingAfter, type Notice, noticeFor } from '../state/select.ts';
import { type Action, reduce } from '../state/state.ts';
import {
  type AgentState,
  type Event,
  eventTypes,
  type Hello,
  type Outcome,
  type Priority,
  type TicketPriority,
} from '../state/wire.ts';
import { type Http, HttpError } from './http.ts';
import * as kept from './kept.ts';
import { Outgoing, type Sent } from './outgoing.ts';
import { Store } from './store.ts';
import { TicketDesk } from './ticket_desk.ts';

export interface Toast {
  id: number;
  bad: boolean;
  text: (t: Texts) => string;
}

export interface DeskOptions {
  url: string;
  http: Http;
  /** Somebody needs this agent: a sound, a desktop notice. */
  notify(notice: Notice): void;
  /** Whether the agent can see the page now. */
  visible(): boolean;
  connection?: Partial<ConnectionOptions>;
}

/** What `chat.ticket` takes, beside the chat; what is left out is the chat's own. */
export interface TicketFields {
  client_id: string;
  department: string;
  subject: string;
  priority: TicketPriority;
  email?: string;
  rfc?: string;
  comments?: string;
}

/** How long a toast stays: long enough to read the longest of them twice. */
const toastMs = 9000;

export class Desk {
  readonly state = new Store<State>(initialState);
  readonly toasts = new Store<readonly Toast[]>([]);
  readonly http: Http;
  readonly tickets: TicketDesk;
  private connection: Connection | null = null;
  private device = kept.device();
  private syncing = new Set<string>();
  private nextToast = 1;
  private readonly outgoing = new Outgoing({
    connection: () => this.connection,
    state: () => this.state.get(),
    dispatch: (action) => this.dispatch(action),
    now: () => this.now(),
    delivered: (chat) => void this.sync(chat),
    lost: (text) => this.say((t) => t.lostMessage(text), true),
  });

  constructor(private readonly options: DeskOptions) {
    this.http = options.http;
    this.tickets = new TicketDesk({
      http: options.http.tickets,
      me: () => this.state.get().me,
      connection: () => this.connection,
    });
  }

  /** At the start: names and colours, and the connection if the cookie is good. */
  async start(): Promise<void> {
    this.http.site().then(
      (site) => this.dispatch({ type: 'site', site }),
      () => undefined,
    );
    try {
      if (await this.http.signedIn()) this.connect();
      else this.dispatch({ type: 'link', link: 'signed_out' });
    } catch {
      // Not reached: the connection's own backoff goes on trying, and asks again about the session.
      this.connect();
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.http.signIn(username, password);
    if (!this.state.get().site)
      this.http.site().then(
        (site) => this.dispatch({ type: 'site', site }),
        () => undefined,
      );
    this.connect();
  }

  async signOut(): Promise<void> {
    this.leave(null);
    await this.http.signOut().catch(() => undefined);
  }

  /** Comes back after a displacement or a close that is not tried again by itself. */
  useHere(): void {
    this.device = kept.newDevice();
    this.connect();
  }

  wake(): void {
    this.connection?.wake();
    const selected = this.state.get().selected;
    if (selected) this.markRead(selected);
  }

  say(text: Toast['text'], bad = false): void {
    const id = this.nextToast++;
    this.toasts.set([...this.toasts.get(), { id, bad, text }]);
    setTimeout(() => this.hush(id), toastMs);
  }

  hush(id: number): void {
    this.toasts.set(this.toasts.get().filter((toast) => toast.id !== id));
  }

  dispatch(action: Action): void {
    this.state.set(reduce(this.state.get(), action));
  }

  /** Server time now. */
  now(): number {
    return Date.now() + this.state.get().skew;
  }

  // --- what the agent does -------------------------------------------------------------------------------------

  async setState(state: AgentState): Promise<void> {
    const before = this.state.get().agentState;
    this.dispatch({ type: 'agent_state', state });
    const reply = await this.ask('state.set', { state });
    if (!reply) this.dispatch({ type: 'agent_state', state: before });
  }

  /** Takes a chat, or the head of a department's queue; gives its id if it is mine now. */
  async take(what: { chat: string } | { department: string }): Promise<string | null> {
    const reply = await this.ask('chat.take', what, {
      not_found: (t) => t.queues.faster,
      forbidden: (t) => t.queues.full,
    });
    if (!reply) return null;
    this.opened(reply, 'mine');
    return reply.chat.id;
  }

  async watch(chat: string): Promise<boolean> {
    const reply = await this.ask('chat.watch', { chat });
    if (reply) this.opened(reply, 'watched');
    return reply !== null;
  }

  async unwatch(chat: string): Promise<void> {
    if (this.connection?.state === 'ready') await this.ask('chat.unwatch', { chat });
    this.putAway(chat);
  }

  putAway(chat: string): void {
    this.dispatch({ type: 'put_away', chat });
    kept.keepDraft(chat, { text: '', note: false });
    kept.keepTicketDraft(chat, null);
  }

  select(chat: string | null): void {
    this.dispatch({ type: 'select', chat });
    if (chat) this.markRead(chat);
  }

  send(chat: string, what: Sent): void {
    this.outgoing.send(chat, what);
  }

  sendAgain(chat: string, client_id: string): void {
    this.outgoing.sendAgain(chat, client_id);
  }

  async note(chat: string, text: string): Promise<boolean> {
    const reply = await this.ask('chat.note', { chat, text }, { disconnected: (t) => t.compose.noteOffline });
    if (reply) this.dispatch({ type: 'noted', chat, notes: [reply.note] });
    return reply !== null;
  }

  /** Not worth a retry or a word: the next keystroke says it again. */
  typing(chat: string, on: boolean): void {
    this.connection?.request('typing', { chat, on }).catch(() => undefined);
  }

  markRead(chat: string): void {
    const record = this.state.get().chats[chat];
    if (record?.hold !== 'mine' || record.chat.status === 'closed' || !this.options.visible()) return;
    const seq = record.entries.at(-1)?.seq ?? 0;
    if (seq <= record.chat.read.agent || this.connection?.state !== 'ready') return;
    this.dispatch({ type: 'read', chat, seq });
    this.connection.request('read', { chat, seq }).catch(() => undefined);
  }

  async transfer(chat: string, to: { agent: string } | { department: string }, note: string): Promise<boolean> {
    const words = { offline: (t: Texts) => t.transfer.offline };
    return (await this.ask('chat.transfer', { chat, to, ...(note ? { note } : {}) }, words)) !== null;
  }

  async close(chat: string, outcome: Outcome): Promise<boolean> {
    return (await this.ask('chat.close', { chat, outcome })) !== null;
  }

  /**
   * Asks for a ticket; what is wrong goes back to the form. After a cut nobody knows whether it was opened: the same
   * `client_id` again gives the same ticket.
   */
  async openTicket(chat: string, fields: TicketFields): Promise<{ number: string } | { code: string; field: string }> {
    try {
      if (!this.connection) throw new RequestError('disconnected');
      const { ticket } = await this.connection.request('chat.ticket', { chat, ...fields });
      return { number: ticket.number };
    } catch (error) {
      const known = error instanceof RequestError ? error : null;
      return { code: known?.code ?? 'other', field: known?.field ?? '' };
    }
  }

  async setPriority(chat: string, priority: Priority): Promise<void> {
    const reply = await this.ask('chat.priority', { chat, priority });
    if (reply) this.dispatch({ type: 'chat', chat: reply.chat });
  }

  /** Carries a request out; null after a failure, which has been put in words. */
  private async ask<T extends RequestType>(
    type: T,
    fields: Parameters<Connection['request']>[1],
    words: Partial<Record<string, (t: Texts) => string>> = {},
  ): Promise<Replies[T] | null> {
    try {
      if (!this.connection) throw new RequestError('disconnected');
      return (await this.connection.request(type, fields as never)) as Replies[T];
    } catch (error) {
      const code = error instanceof RequestError ? error.code : 'other';
      this.say(words[code] ?? ((t) => errorText(t, code)), true);
      return null;
    }
  }

  // --- what the server does ------------------------------------------------------------------------------------

  private connect(): void {
    this.connection?.stop();
    this.dispatch({ type: 'link', link: 'connecting' });
    const connection = new Connection({
      url: this.options.url,
      hello: () => ({ device: this.device }),
      probe: () => {
        const { me, agentState } = this.state.get();
        return me ? { type: 'state.set', fields: { state: agentState } } : undefined;
      },
      ...this.options.connection,
    });
    this.connection = connection;
    connection.onReady<AgentWelcome>((welcome) => this.welcomed(welcome));
    connection.onState((state) => this.linkChanged(connection, state));
    for (const type of eventTypes) connection.on(type, (event) => this.heard(event));
    this.tickets.attach(connection);
    connection.start();
  }

  private leave(code: number | null): void {
    const connection = this.connection;
    this.connection = null;
    connection?.stop();
    this.outgoing.leave();
    this.tickets.leave();
    this.dispatch({ type: 'link', link: 'signed_out', code });
  }

  private linkChanged(connection: Connection, state: ConnectionState): void {
    if (this.connection !== connection) return;
    const code = connection.closeCode ?? null;
    if (state !== 'ready') this.outgoing.pause();
    if (state === 'connecting' || state === 'open') {
      // The bar stays as it is during the attempts: one that flickers is read as news each time.
      if (this.state.get().link !== 'waiting') this.dispatch({ type: 'link', link: 'connecting' });
    } else if (state === 'waiting') {
      if (code === 4401) return this.leave(code);
      this.dispatch({ type: 'link', link: 'waiting', code });
      // A refused upgrade looks to a browser like a cut; only HTTP says whether the session is over.
      this.http.signedIn().then(
        (good) => {
          if (!good && this.connection === connection) this.leave(4401);
        },
        () => undefined,
      );
    } else if (state === 'stopped') {
      if (code === 4401) return this.leave(code);
      this.dispatch({ type: 'link', link: code === 4409 ? 'displaced' : 'stopped', code });
    }
  }

  private welcomed(welcome: AgentWelcome): void {
    const before = this.state.get();
    this.dispatch({ type: 'hello', hello: welcome as Hello, localNow: Date.now() });
    this.outgoing.open(welcome.agent.id, this.device);
    const { chats } = this.state.get();
    for (const record of Object.values(chats)) {
      if (record.hold === 'watched') void this.watch(record.chat.id);
      else if (record.hold === 'mine' && before.chats[record.chat.id]?.hold !== 'mine')
        void this.readNotes(record.chat.id);
      void this.sync(record.chat.id);
    }
    this.outgoing.resume();
    this.tickets.welcomed();
  }

  private heard(event: Event): void {
    const before = this.state.get();
    const notice = noticeFor(before, event, this.options.visible() ? before.selected : null);
    this.dispatch({ type: 'event', event, now: this.now() });
    if (event.type === 'chat.assigned') {
      void this.sync(event.chat.id);
      void this.readNotes(event.chat.id);
    } else if (event.type === 'entry' || event.type === 'tick') {
      void this.sync(event.chat);
      if (event.type === 'entry' && event.chat === before.selected) this.markRead(event.chat);
    }
    if (notice) this.options.notify(notice);
  }

  private opened(reply: Replies['chat.take'], hold: 'mine' | 'watched'): void {
    this.dispatch({ type: 'opened', chat: reply.chat, visitor: reply.visitor ?? null, hold });
    void this.sync(reply.chat.id);
    void this.readNotes(reply.chat.id);
  }

  /** Fetches what a log lacks, page by page. One at a time per chat: the next look at the state sees the rest. */
  async sync(chat: string): Promise<void> {
    if (this.syncing.has(chat)) return;
    this.syncing.add(chat);
    try {
      for (;;) {
        const record = this.state.get().chats[chat];
        const connection = this.connection;
        if (!record || !connection) return;
        const after = missingAfter(record);
        if (after === null && record.loaded) return;
        const page = await connection.request('chat.sync', { chat, after: after ?? record.entries.length });
        this.dispatch({ type: 'synced', chat, entries: page.entries, last: page.last });
        if (page.entries.length === 0) return;
      }
    } catch {
      // Cut: the next hello syncs again. Refused: the chat is not ours to read any more.
    } finally {
      this.syncing.delete(chat);
      if (this.state.get().selected === chat) this.markRead(chat);
    }
  }

  /** Notes have no `seq` and come with no sync; HTTP has them, and who the visitor is where a reply did not say. */
  private async readNotes(chat: string): Promise<void> {
    try {
      const whole = await this.http.chat(chat);
      this.dispatch({ type: 'noted', chat, notes: whole.notes });
      const record = this.state.get().chats[chat];
      if (record && !record.visitor && whole.chat.visitor) {
        this.dispatch({
          type: 'event',
          event: { type: 'visitor', chat, visitor: whole.chat.visitor },
          now: this.now(),
        });
      }
    } catch (error) {
      if (error instanceof HttpError && error.status === 401) this.leave(4401);
    }
  }
}
