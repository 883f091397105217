/** One channel in one tab: what is shown, what is typed, and the way to the session that all tabs share. */
import { type FileRef, type KeyStore, keyStore, newClientId, type RequestError, Tabs } from '@ventanilla/client';
import type { Child } from './dom.ts';
import { isEmail } from './identity.ts';
import { here, Session } from './session.ts';
import { Typing } from './typing.ts';
import type { Command, Site, SiteChannel, View } from './view.ts';
import type { Speech } from './words.ts';

export type Field = 'message' | 'name' | 'email' | 'department';
export type Phase = 'start' | 'starting' | 'talk' | 'ended' | 'offline';

/** What the visitor typed and has not sent; it outlives a reload of this tab. */
export interface Draft {
  message: string;
  name: string;
  email: string;
  department: string;
  text: string;
  /** The first message is written, the rest is asked for. */
  details: boolean;
  /** The ticket form is open in place of the chat, and what it holds. */
  ticketing?: boolean;
  ticket?: unknown;
}

export interface Host {
  site: Site;
  server: string;
  speech: Speech;
  shared: KeyStore;
  render(): void;
  load(part: PartName): Promise<Part>;
  seen(desk: Desk, before: View | undefined, after: View): void;
  opened(desk: Desk): void;
}

/** Parts that few visits need: each has a file of its own, `widget-NAME.js`. */
export type PartName = 'ticket' | 'files' | 'ended';

export interface Part {
  open(desk: Desk): Opened;
}

/** A part in use in one channel's window. */
export interface Opened {
  /** The part as a whole; the one for files draws one of the log's, too. */
  draw(file?: FileRef): Child;
  take?(files: File[]): void;
  stop?(): void;
}

export class Desk {
  open: boolean;
  view: View | undefined;
  draft: Draft;
  errors: Partial<Record<Field, string>> = {};
  notice = '';
  ending = false;
  /** Where the keyboard goes after the next render. */
  focus: string | undefined;
  private tabs_: Tabs<View, Command> | undefined;
  private readonly parts_: Partial<Record<PartName, Opened | null | undefined>> = {};
  private readonly loads_: Partial<Record<PartName, Promise<void> | undefined>> = {};
  private readonly typing_ = new Typing((on, draft) => void this.send({ do: 'typing', on, draft }));
  private readonly own_: KeyStore;

  constructor(
    readonly channel: SiteChannel,
    readonly host: Host,
  ) {
    this.own_ = keyStore(`ventanilla.${host.site.site}.${channel.id}.`, 'sessionStorage');
    this.open = this.own_.get('open') ?? false;
    this.draft = {
      ...{ message: '', name: '', email: '', department: '', text: '', details: false },
      ...this.own_.get<Draft>('draft'),
    };
    if (this.open || this.hasChat()) this.engage();
  }

  /** A part of the window that has a file of its own: nothing before that has come, null if it cannot be had. */
  part(name: PartName): Opened | null | undefined {
    void this.load_(name);
    return this.parts_[name];
  }

  private load_(name: PartName): Promise<void> {
    return (this.loads_[name] ??= this.host
      .load(name)
      .then(
        (part) => {
          this.parts_[name] = part.open(this);
        },
        () => {
          this.parts_[name] = null;
          this.notice = this.words.failed;
        },
      )
      .then(() => this.host.render()));
  }

  /** Shows the ticket form in the window. Where its file cannot be had, the link that was clicked leads to its page. */
  async ticketing(event?: Event): Promise<void> {
    if (this.parts_.ticket === null) return;
    event?.preventDefault();
    this.patch({ ticketing: true });
    await this.load_('ticket');
    this.focus = '.ticket .link';
    this.host.render();
  }

  /** Back to where the form was opened from. It goes on where it was left, unless it is `done` with. */
  ticketed(done: boolean): void {
    if (done) {
      this.parts_.ticket?.stop?.();
      this.parts_.ticket = this.loads_.ticket = undefined;
      // The next one is another one.
      this.patch({ ticket: undefined });
    }
    this.patch({ ticketing: false });
    this.focus = '.text,.main';
    this.host.render();
  }

  /** What is dropped or pasted in the window, if it is files. While they are dragged, they are types only. */
  drop(event: Event): void {
    const { dataTransfer, clipboardData } = event as DragEvent & ClipboardEvent;
    const data = dataTransfer ?? clipboardData;
    if (!data?.types.includes('Files')) return;
    event.preventDefault();
    void this.take([...data.files]);
  }

  /** The chat's files on their way, if there were any. */
  uploading(): Child {
    return this.parts_.files?.draw();
  }

  async take(files: File[]): Promise<void> {
    const name = this.draft.ticketing ? 'ticket' : 'files';
    if (name === 'files' && this.phase !== 'talk') return;
    // What could not be had before may be there now.
    if (this.parts_[name] === null) this.loads_[name] = undefined;
    await this.load_(name);
    this.parts_[name]?.take?.(files);
  }

  get words(): Speech['words'] {
    return this.host.speech.words;
  }

  /** The connection has ended for good: a new page view is needed. */
  get stopped(): boolean {
    return this.view?.connection === 'stopped';
  }

  get phase(): Phase {
    const view = this.view;
    if (view?.chat) return view.chat.status === 'closed' ? 'ended' : 'talk';
    if (this.stopped) return 'offline';
    if (view?.pending.some((item) => item.type === 'chat.start')) return 'starting';
    if (view?.channel && view.channel.state !== 'open') return 'offline';
    return view?.refused?.code === 'offline' ? 'offline' : 'start';
  }

  get unread(): number {
    const read = this.view?.chat?.read.visitor ?? 0;
    return (
      this.view?.entries.filter((e) => e.seq > read && e.kind === 'message' && e.from.role === 'agent').length ?? 0
    );
  }

  /** Another tab may have begun a chat while this one had no part in it. */
  hasChat(): boolean {
    const { id } = this.channel;
    return !!(this.host.shared.get(`${id}.chat`) ?? this.host.shared.get(`${id}.outbox`));
  }

  engage(): void {
    if (this.tabs_) return;
    const { site, server, shared } = this.host;
    this.tabs_ = new Tabs<View, Command>({
      name: `ventanilla.${site.site}.${this.channel.id}`,
      lead: (publish, last, alone) =>
        new Session({
          url: `${server.replace(/^http/, 'ws')}/ws/visitor`,
          channel: this.channel.id,
          locale: () => this.host.speech.locale,
          shared,
          own: alone ? this.own_ : shared,
          publish,
          last,
        }),
      show: (view) => this.show_(view),
    });
    this.tabs_.start();
  }

  /** Leaves the other tabs and the server; what is shown stays. */
  disengage(): void {
    this.tabs_?.stop();
    this.tabs_ = undefined;
  }

  private show_(view: View): void {
    const before = this.view;
    this.view = view;
    if (view.refused && view.refused.client_id !== before?.refused?.client_id) this.restore_(view.refused);
    if (view.chat?.status === 'closed' && before?.chat?.status !== 'closed') this.ending = false;
    if (view.chat && !before?.chat) {
      this.patch({ message: '', details: false });
      if (this.open) this.focus = '.text';
    }
    this.host.seen(this, before, view);
    this.markRead();
    this.host.render();
  }

  /** What the server would not take is given back to whoever wrote it. */
  private restore_({ code, message, field, text }: NonNullable<View['refused']>): void {
    // The page's own mistake is for the page alone.
    if (field?.startsWith('identity')) return;
    if (this.view?.chat) {
      this.notice = `${this.words.notSent} ${message}`;
      this.patch({ text: [text, this.draft.text].filter(Boolean).join('\n') });
    } else if (code === 'bad_field' && field && field in this.draft) {
      this.errors = { [field]: message };
      if (field === 'message') this.patch({ details: false });
      this.focus = `.${field}`;
    } else if (code !== 'offline') {
      this.notice = message;
    }
  }

  setOpen(open: boolean, focus = true): void {
    if (this.open === open) return;
    this.open = open;
    this.own_.set('open', open);
    if (open) {
      this.engage();
      this.host.opened(this);
      this.markRead();
    } else if (!this.view?.chat && !this.view?.pending.length) {
      // Nobody waits for anything: no reason to keep a connection.
      this.disengage();
      this.view = undefined;
    }
    if (focus) this.focus = open ? '.text,.message,.name,h2' : `.launch-${this.channel.side}`;
    this.host.render();
  }

  patch(change: Partial<Draft>): void {
    Object.assign(this.draft, change);
    this.own_.set('draft', this.draft);
  }

  /** One field of the forms was typed in. */
  input(field: Field, value: string): void {
    this.patch({ [field]: value });
    if (this.errors[field]) {
      delete this.errors[field];
      this.host.render();
    }
  }

  private check_(fields: Field[]): boolean {
    const { words, draft, channel } = this;
    this.errors = {};
    for (const field of fields) {
      if (!channel.ask.includes(field)) continue;
      if (!draft[field].trim()) this.errors[field] = words.needed;
      else if (field === 'email' && !isEmail(draft.email)) this.errors.email = words.badEmail;
    }
    const first = fields.find((field) => this.errors[field]);
    if (first) this.focus = `.${first}`;
    this.host.render();
    return !first;
  }

  /** From the first message to the question who one is. */
  next(): void {
    if (!this.check_(['message'])) return;
    this.patch({ details: true });
    this.focus = '.name';
    this.host.render();
  }

  edit(): void {
    this.patch({ details: false });
    this.focus = '.message';
    this.host.render();
  }

  start(): void {
    const { draft, channel } = this;
    if (!this.check_(['message', 'name', 'email', 'department'])) {
      if (this.errors.message) this.edit();
      return;
    }
    const fields: Record<string, string> = {};
    for (const field of channel.ask) fields[field] = field === 'message' ? draft.message : draft[field].trim();
    this.notice = '';
    void this.send({ do: 'start', client_id: newClientId(), fields });
  }

  say(text: string): void {
    if (!text.trim()) return;
    this.notice = '';
    this.typing_.stop();
    void this.send({ do: 'send', client_id: newClientId(), text });
  }

  /** The box is sent and empty again. */
  submit(): void {
    this.say(this.draft.text);
    this.patch({ text: '' });
    this.focus = '.text';
    this.host.render();
  }

  typed(text: string): void {
    this.patch({ text });
    this.typing_.typed(text);
  }

  async close(): Promise<void> {
    this.ending = false;
    await this.attempt({ do: 'close' });
    this.focus = 'h2';
    this.host.render();
  }

  /** Asks whether to end the chat, or takes the question back. */
  ask(ending: boolean): void {
    this.ending = ending;
    this.focus = ending ? '.yes' : '.text';
    this.host.render();
  }

  again(): void {
    this.notice = '';
    this.focus = '.message,.name';
    void this.send({ do: 'forget' });
  }

  /** A command whose failure the visitor should see. */
  async attempt(command: Command): Promise<boolean> {
    try {
      await this.tabs_?.send(command);
      this.notice = '';
      return true;
    } catch (error) {
      const { code, message } = error as RequestError;
      this.notice = code === 'disconnected' ? this.words.failed : message;
      return false;
    } finally {
      this.host.render();
    }
  }

  async send(command: Command): Promise<void> {
    // A closed tab's answer is nobody's loss; what matters is in the outbox.
    await this.tabs_?.send(command).catch(() => undefined);
  }

  /** Somebody else may use this browser now: nothing of the visitor stays. */
  logout(): void {
    this.patch({ message: '', name: '', email: '', department: '', text: '', details: false });
    this.ticketed(true);
    this.errors = {};
    this.notice = '';
    void this.send({ do: 'logout' });
    for (const key of ['chat', 'outbox']) this.host.shared.set(`${this.channel.id}.${key}`, undefined);
  }

  wake(): void {
    void this.send({ do: 'wake' });
  }

  moved(): void {
    void this.send({ do: 'page', page: here() });
  }

  /** The ticket form, with what was typed. Behind the `#`, where no log and no referrer sees it. */
  ticketUrl(): string {
    const { message, text, name, email } = this.draft;
    const typed = Object.entries({ comments: message || text, name, email }).filter(([, value]) => value);
    const path = this.view?.channel?.ticket_url ?? '/ticket';
    return `${new URL(path, this.host.server).href}${typed.length ? `#${new URLSearchParams(typed)}` : ''}`;
  }

  /** What can be seen is read. */
  markRead(): void {
    const seq = this.view?.entries.length ?? 0;
    const chat = this.view?.chat;
    if (!this.open || document.hidden || !chat || seq <= chat.read.visitor) return;
    void this.send({ do: 'read', seq });
  }
}
