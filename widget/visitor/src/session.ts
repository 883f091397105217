/** The leader's side of one channel: the connection, the log and the outbox, brought together into one `View`. */
import {
  type Chat,
  ChatLog,
  Connection,
  type Entry,
  type KeyStore,
  type Leader,
  Outbox,
  type OutboxItem,
  type RequestError,
  type Requests,
  type VisitorWelcome,
} from '@ventanilla/client';
import type { Command, Identity, View } from './view.ts';

export interface SessionOptions {
  url: string;
  channel: string;
  locale(): string;
  /** Shared by the site's channels and tabs: who this visitor is, and which chat is open. */
  shared: KeyStore;
  /** Where the outbox lives: of one tab only, if no leader can be chosen. */
  own: KeyStore;
  publish(view: View): void;
  last: View | undefined;
}

/** An agent's dots go by themselves when nothing more is heard. */
const TYPING_MS = 8_000;

export class Session implements Leader<Command> {
  private view: View;
  private log: ChatLog | undefined;
  private readonly connection: Connection;
  private readonly outbox: Outbox;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private scheduled = false;
  private stopped = false;

  constructor(private readonly options: SessionOptions) {
    const { shared, own, channel, last } = options;
    this.view = last ?? {
      connection: 'idle',
      code: undefined,
      channel: null,
      chat: null,
      entries: [],
      pending: [],
      typing: null,
      refused: null,
      skew: 0,
    };
    if (last?.chat) this.log = this.newLog(last.chat.id, last.entries);
    const connection = new Connection({
      url: options.url,
      hello: () => this.hello(),
      forgetToken: () => shared.set('token', undefined),
      probe: () => ({ type: 'page', fields: here() }),
    });
    this.connection = connection;
    this.outbox = new Outbox({
      send: (item) => connection.request(item.type, item.fields),
      storage: {
        load: () => own.get<OutboxItem[]>(`${channel}.outbox`) ?? [],
        save: (items) => own.set(`${channel}.outbox`, items.length ? items : undefined),
      },
      delivered: (item, ok) => this.delivered(item, ok),
      refused: (item, error) => this.refused(item, error),
      changed: () => this.changed(),
    });
    connection.onReady<VisitorWelcome>((welcome) => this.welcomed(welcome));
    connection.onState((state) => {
      if (state === 'ready') this.outbox.resume();
      else this.outbox.pause();
      this.changed();
    });
    connection.on('entry', (entry) => this.mine(entry.chat) && this.log?.add(entry));
    connection.on('tick', ({ chat, last }) => this.mine(chat) && this.log?.hear(last));
    connection.on('queue', ({ chat, position, wait_s }) => this.mine(chat) && this.patch({ position, wait_s }));
    connection.on('read', ({ chat, role, seq }) => this.mine(chat) && this.marked(role, seq));
    connection.on('typing', ({ chat, on, from }) => {
      if (this.mine(chat) && from.role === 'agent') this.typing(on ? from.name || '' : null);
    });
    connection.on('channel', (event) => {
      this.view.channel = event.channel;
      this.changed();
    });
    connection.start();
  }

  async command(command: Command): Promise<unknown> {
    const { connection, outbox, view } = this;
    const chat = view.chat?.id ?? '';
    switch (command.do) {
      case 'start':
        view.refused = null;
        if (!view.chat)
          outbox.add('chat.start', { ...command.fields, client_id: command.client_id }, command.client_id);
        return;
      case 'send':
        if (!this.log?.entries.some((entry) => entry.client_id === command.client_id)) {
          outbox.add('message.send', { chat, client_id: command.client_id, text: command.text }, command.client_id);
        }
        return;
      case 'typing': {
        const { on, draft } = command;
        // An empty draft is as good as none.
        return connection.request('typing', { chat, on, draft }).catch(ignore);
      }
      case 'read':
        if (!view.chat || command.seq <= view.chat.read.visitor) return;
        this.marked('visitor', command.seq);
        return connection.request('read', { chat, seq: command.seq }).catch(ignore);
      case 'close':
        // Not through the outbox: what ends by itself after a reconnect is not what somebody asked for now.
        return connection.request('chat.close', { chat });
      case 'rate': {
        return connection.request('chat.rate', { chat, score: command.score, comment: command.comment });
      }
      case 'transcript':
        return connection.request('chat.transcript', { chat });
      case 'page':
        return connection.request('page', { url: command.url, title: command.title }).catch(ignore);
      case 'identify':
        this.options.shared.set('identity', command.identity);
        if (connection.state === 'ready') this.restart();
        return;
      case 'forget':
        return this.forget();
      case 'logout':
        this.options.shared.set('token', undefined);
        this.options.shared.set('identity', undefined);
        for (const item of [...outbox.items]) outbox.remove(item.client_id);
        this.forget();
        view.refused = null;
        return this.restart();
      case 'wake':
        return connection.wake();
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.typingTimer);
    this.outbox.pause();
    this.connection.stop();
  }

  private restart(): void {
    this.connection.stop();
    this.connection.start();
  }

  private get chatKey(): string {
    return `${this.options.channel}.chat`;
  }

  private mine(chat: string): boolean {
    return this.log?.chat === chat;
  }

  private hello(): object {
    const { channel, locale, shared } = this.options;
    const chat = this.log?.chat ?? shared.get<string>(this.chatKey);
    return {
      channel,
      locale: locale(),
      token: shared.get<string>('token'),
      page: { ...here(), referrer: document.referrer.slice(0, 2048) },
      identity: shared.get<Identity>('identity'),
      resume: chat ? { chat, after: this.log?.last ?? 0 } : undefined,
    };
  }

  private welcomed({ token, channel, chat, now }: VisitorWelcome): void {
    const { view, options } = this;
    options.shared.set('token', token);
    view.channel = channel;
    view.skew = now - Date.now();
    // A closed one that the server has let go of can still be read here; an open one it does not know is gone.
    if (!chat && view.chat?.status === 'closed') return;
    if (!chat) this.forget();
    else this.took(chat, this.log?.chat === chat.id || options.shared.get(this.chatKey) === chat.id);
  }

  /** This chat is now the one. `coming` says that its entries will be sent without being asked for. */
  private took(chat: Chat, coming: boolean): void {
    if (!this.log || this.log.chat !== chat.id) this.log = this.newLog(chat.id, []);
    this.view.chat = chat;
    this.options.shared.set(this.chatKey, chat.id);
    if (!coming) this.log.hear(chat.last);
    this.changed();
  }

  private newLog(chat: string, entries: Entry[]): ChatLog {
    return new ChatLog({
      chat,
      entries,
      sync: (after) => this.connection.request('chat.sync', { chat, after }),
      changed: (added) => this.logged(added),
    });
  }

  private logged(added: Entry[]): void {
    for (const entry of added) {
      if (entry.kind === 'queued') this.patch({ status: 'queued', agent: null });
      if (entry.kind === 'assigned') this.patch({ status: 'assigned', agent: entry.agent, position: null });
      if (entry.kind === 'closed') this.patch({ status: 'closed', position: null });
      if (entry.from?.role === 'agent') this.typing(null);
    }
    this.changed();
  }

  private patch(change: Partial<Chat>): void {
    if (this.view.chat) this.view.chat = { ...this.view.chat, ...change };
    this.changed();
  }

  private marked(role: 'visitor' | 'agent', seq: number): void {
    const read = this.view.chat?.read;
    if (read) this.patch({ read: { ...read, [role]: Math.max(read[role], seq) } });
  }

  private typing(name: string | null): void {
    clearTimeout(this.typingTimer);
    if (name !== null) this.typingTimer = setTimeout(() => this.typing(null), TYPING_MS);
    this.view.typing = name;
    this.changed();
  }

  private delivered(item: OutboxItem, ok: object): void {
    if (item.type === 'chat.start') {
      const { chat, existing } = ok as { chat: Chat; existing?: boolean };
      this.took(chat, !existing);
      const text = (item.fields as Requests['chat.start']).message;
      // The open chat of an earlier visit goes on: what was typed to start a new one is said in it.
      if (existing && text) {
        const client_id = `${item.client_id.slice(0, 60)}.m`;
        this.outbox.add('message.send', { chat: chat.id, client_id, text }, client_id);
      }
      return;
    }
    const { seq, at } = ok as { seq: number; at: number };
    const { chat, text } = item.fields as Requests['message.send'];
    const entry: Entry = { chat, seq, at, kind: 'message', from: { role: 'visitor' }, client_id: item.client_id };
    if (text) entry.text = text;
    this.log?.add(entry);
  }

  private refused(item: OutboxItem, { code, message, field }: RequestError): void {
    const { client_id } = item;
    const { text, message: first } = item.fields as { text?: string; message?: string };
    this.view.refused = { code, message, field, text: text ?? first ?? '', client_id };
    this.changed();
  }

  private forget(): void {
    this.log = undefined;
    this.view.chat = null;
    this.view.typing = null;
    this.options.shared.set(this.chatKey, undefined);
    this.changed();
  }

  /** Publishes once for all that one frame changed. */
  private changed(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      if (this.stopped) return;
      this.view = {
        ...this.view,
        connection: this.connection.state,
        code: this.connection.closeCode,
        entries: this.log ? [...this.log.entries] : [],
        pending: [...this.outbox.items],
      };
      // A copy: whoever shows it compares it with the one before.
      this.options.publish({ ...this.view });
    });
  }
}

const ignore = () => undefined;

/** The page the visitor is on, within the limits of the wire. */
export function here(): { url: string; title: string } {
  return { url: location.href.slice(0, 2048), title: document.title.slice(0, 300) };
}
