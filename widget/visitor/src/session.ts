/** The leader's side of one channel: the connection, the log and the outbox, brought together into one `View`. */
import {
  type Chat,
  ChatLog,
  Connection,
  type Entry,
  type KeyStore,
  type Leader,
  newClientId,
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
  private view_: View;
  private log_: ChatLog | undefined;
  private readonly connection_: Connection;
  private readonly outbox_: Outbox;
  private typingTimer_: ReturnType<typeof setTimeout> | undefined;
  private scheduled_ = false;
  private stopped_ = false;
  /** What the last hello said. */
  private said_: Identity | undefined;

  constructor(private readonly options_: SessionOptions) {
    const { shared, own, channel, last } = options_;
    this.view_ = last ?? {
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
    if (last?.chat) this.log_ = this.newLog_(last.chat.id, last.entries);
    const connection = new Connection({
      url: options_.url,
      hello: () => this.hello_(),
      refused: (error) => this.helloRefused_(error),
      forgetToken: () => shared.set('token', undefined),
      probe: () => ({ type: 'page', fields: here() }),
    });
    this.connection_ = connection;
    this.outbox_ = new Outbox({
      send: (item) => connection.request(item.type, item.fields),
      storage: {
        load: () => own.get<OutboxItem[]>(`${channel}.outbox`) ?? [],
        save: (items) => own.set(`${channel}.outbox`, items.length ? items : undefined),
      },
      delivered: (item, ok) => this.delivered_(item, ok),
      refused: (item, error) => this.refused_(item, error),
      changed: () => this.changed_(),
    });
    connection.onReady<VisitorWelcome>((welcome) => this.welcomed_(welcome));
    connection.onState((state) => {
      if (state === 'ready') this.outbox_.resume();
      else this.outbox_.pause();
      this.changed_();
    });
    connection.on('entry', (entry) => this.mine_(entry.chat) && this.log_?.add(entry));
    connection.on('tick', ({ chat, last }) => this.mine_(chat) && this.log_?.hear(last));
    connection.on('queue', ({ chat, position, wait_s }) => this.mine_(chat) && this.patch_({ position, wait_s }));
    connection.on('read', ({ chat, role, seq }) => this.mine_(chat) && this.marked_(role, seq));
    connection.on('typing', ({ chat, on, from }) => {
      if (this.mine_(chat) && from.role === 'agent') this.typing_(on ? from.name || '' : null);
    });
    connection.on('channel', (event) => {
      this.view_.channel = event.channel;
      this.changed_();
    });
    connection.start();
  }

  async command(command: Command): Promise<unknown> {
    const { connection_: connection, outbox_: outbox, view_: view } = this;
    const chat = view.chat?.id ?? '';
    switch (command.do) {
      case 'start':
        view.refused = null;
        if (!view.chat)
          outbox.add('chat.start', { ...command.fields, client_id: command.client_id }, command.client_id);
        return;
      case 'send': {
        const { do: _, ...fields } = command;
        return outbox.add('message.send', { chat, ...fields }, command.client_id);
      }
      case 'typing': {
        const { on, draft } = command;
        // An empty draft is as good as none.
        return connection.request('typing', { chat, on, draft }).catch(ignore);
      }
      case 'read':
        if (!view.chat || command.seq <= view.chat.read.visitor) return;
        this.marked_('visitor', command.seq);
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
        return connection.request('page', command.page).catch(ignore);
      case 'identify':
        // One that is still to connect will say it by itself.
        if (/open|ready/.test(connection.state)) this.restart_();
        return;
      case 'forget':
        return this.forget_();
      case 'logout':
        for (const item of [...outbox.items]) outbox.remove(item.client_id);
        this.forget_();
        view.refused = null;
        return this.restart_();
      case 'wake':
        return connection.wake();
    }
  }

  stop(): void {
    this.stopped_ = true;
    clearTimeout(this.typingTimer_);
    this.outbox_.pause();
    this.connection_.stop();
  }

  private restart_(): void {
    this.connection_.stop();
    this.connection_.start();
  }

  private get chatKey_(): string {
    return `${this.options_.channel}.chat`;
  }

  private mine_(chat: string): boolean {
    return this.log_?.chat === chat;
  }

  private hello_(): object {
    const { channel, locale, shared } = this.options_;
    const chat = this.log_?.chat ?? shared.get<string>(this.chatKey_);
    return {
      channel,
      locale: locale(),
      token: shared.get<string>('token'),
      page: { ...here(), referrer: document.referrer },
      identity: (this.said_ = shared.get<Identity>('identity')),
      resume: chat ? { chat, after: this.log_?.last ?? 0 } : undefined,
    };
  }

  /** Who the page says this is must not cost the visitor the chat: it goes on without. */
  private helloRefused_({ code, message, field }: RequestError): void {
    const { said_: said, options_: options, view_: view } = this;
    if (!said || !field?.startsWith('identity')) return;
    // The other channel's session may have dropped it already, and the page given a better one.
    if (JSON.stringify(options.shared.get('identity')) === JSON.stringify(said))
      options.shared.set('identity', undefined);
    view.refused = { code, message, field, text: '', client_id: newClientId() };
    this.restart_();
  }

  private welcomed_({ token, channel, chat, now }: VisitorWelcome): void {
    const { view_: view, options_: options } = this;
    options.shared.set('token', token);
    view.channel = channel;
    view.skew = now - Date.now();
    // A closed one that the server has let go of can still be read here; an open one it does not know is gone.
    if (!chat && view.chat?.status === 'closed') return;
    if (!chat) this.forget_();
    else this.took_(chat, this.log_?.chat === chat.id || options.shared.get(this.chatKey_) === chat.id);
  }

  /** This chat is now the one. `coming` says that its entries will be sent without being asked for. */
  private took_(chat: Chat, coming: boolean): void {
    if (!this.log_ || this.log_.chat !== chat.id) this.log_ = this.newLog_(chat.id, []);
    this.view_.chat = chat;
    this.options_.shared.set(this.chatKey_, chat.id);
    if (!coming) this.log_.hear(chat.last);
    this.changed_();
  }

  private newLog_(chat: string, entries: Entry[]): ChatLog {
    return new ChatLog({
      chat,
      entries,
      sync: (after) => this.connection_.request('chat.sync', { chat, after }),
      changed: (added) => this.logged_(added),
    });
  }

  private logged_(added: Entry[]): void {
    for (const entry of added) {
      if (entry.kind === 'queued') this.patch_({ status: 'queued', agent: null });
      if (entry.kind === 'assigned') this.patch_({ status: 'assigned', agent: entry.agent, position: null });
      if (entry.kind === 'closed') this.patch_({ status: 'closed', position: null });
      if (entry.from?.role === 'agent') this.typing_(null);
    }
    this.changed_();
  }

  private patch_(change: Partial<Chat>): void {
    if (this.view_.chat) this.view_.chat = { ...this.view_.chat, ...change };
    this.changed_();
  }

  private marked_(role: 'visitor' | 'agent', seq: number): void {
    const read = this.view_.chat?.read;
    if (read) this.patch_({ read: { ...read, [role]: Math.max(read[role], seq) } });
  }

  private typing_(name: string | null): void {
    clearTimeout(this.typingTimer_);
    if (name !== null) this.typingTimer_ = setTimeout(() => this.typing_(null), TYPING_MS);
    this.view_.typing = name;
    this.changed_();
  }

  private delivered_(item: OutboxItem, ok: object): void {
    if (item.type === 'chat.start') {
      const { chat, existing } = ok as { chat: Chat; existing?: boolean };
      this.took_(chat, !existing);
      const text = (item.fields as Requests['chat.start']).message;
      // The open chat of an earlier visit goes on: what was typed to start a new one is said in it.
      if (existing && text) {
        const client_id = `${item.client_id.slice(0, 60)}.m`;
        this.outbox_.add('message.send', { chat: chat.id, client_id, text }, client_id);
      }
      return;
    }
    const { seq, at } = ok as { seq: number; at: number };
    const { chat, text } = item.fields as Requests['message.send'];
    const from = { role: 'visitor' } as const;
    // A file has a name and a size, which the log knows.
    if (text) this.log_?.add({ chat, seq, at, kind: 'message', from, client_id: item.client_id, text });
    else this.log_?.hear(seq);
  }

  private refused_(item: OutboxItem, { code, message, field }: RequestError): void {
    const { client_id } = item;
    const { text, message: first } = item.fields as { text?: string; message?: string };
    this.view_.refused = { code, message, field, text: text ?? first ?? '', client_id };
    this.changed_();
  }

  private forget_(): void {
    this.log_ = undefined;
    this.view_.chat = null;
    this.view_.typing = null;
    this.options_.shared.set(this.chatKey_, undefined);
    this.changed_();
  }

  /** Publishes once for all that one frame changed. */
  private changed_(): void {
    if (this.scheduled_) return;
    this.scheduled_ = true;
    queueMicrotask(() => {
      this.scheduled_ = false;
      if (this.stopped_) return;
      this.view_ = {
        ...this.view_,
        connection: this.connection_.state,
        code: this.connection_.closeCode,
        entries: this.log_ ? [...this.log_.entries] : [],
        pending: [...this.outbox_.items],
      };
      // A copy: whoever shows it compares it with the one before.
      this.options_.publish({ ...this.view_ });
    });
  }
}

const ignore = () => undefined;

/** The page the visitor is on. The server cuts what is too long. */
export function here(): { url: string; title: string } {
  return { url: location.href, title: document.title };
}
