/** The element `<ventanilla-widget>`, and everything that concerns more than one channel. */

import { type KeyStore, keyStore } from '@ventanilla/client';
import { App } from './app.tsx';
import { textOn } from './colour.ts';
import { Desk, type Host, type Part, type PartName } from './desk.ts';
import { draw } from './dom.ts';
import { readIdentity } from './identity.ts';
import { beep, unlock } from './sound.ts';
import css from './style.css?inline';
import type { Site, View } from './view.ts';
import { Speech } from './words.ts';

export type EventName = 'ready' | 'state' | 'queue' | 'assigned' | 'message' | 'unread' | 'ended' | 'offline' | 'error';

export interface Setting {
  site: Site;
  /** Origin of the desk. */
  server: string;
  channels: string[];
  locale: string;
  open: string;
}

const RELATIVE_TIMES_MS = 30_000;

export class Widget implements Host {
  readonly element: HTMLElement;
  readonly site: Site;
  readonly server: string;
  readonly shared: KeyStore;
  speech: Speech;
  private readonly desks_: Desk[];
  private readonly root_: ShadowRoot;
  private readonly listeners_ = new Map<string, Set<(detail: object) => void>>();
  private readonly gone_ = new AbortController();
  private readonly clock_: ReturnType<typeof setInterval>;
  private readonly tab_ = Math.random().toString(36).slice(2);
  private readonly since_ = Date.now();
  private muted_: boolean;
  private counted_ = 0;
  private title_: string | undefined;
  private scheduled_ = false;

  constructor(setting: Setting) {
    const { site, channels } = setting;
    this.site = site;
    this.server = setting.server;
    this.speech = new Speech(setting.locale || site.locale, site.timezone);
    this.shared = keyStore(`ventanilla.${site.site}.`);
    this.muted_ = this.shared.get('muted') ?? false;
    this.element = document.createElement('ventanilla-widget');
    this.root_ = this.element.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${css}:host{--accent:${site.accent};--on:${textOn(site.accent)}}`);
    this.root_.adoptedStyleSheets = [sheet];
    this.desks_ = site.channels
      .filter(({ id }) => !channels.length || channels.includes(id))
      .map((channel) => new Desk(channel, this));
    this.watch_();
    this.clock_ = setInterval(() => this.render(), RELATIVE_TIMES_MS);
    document.body.append(this.element);
    if (setting.open) this.find_(setting.open)?.setOpen(true, false);
    this.render();
  }

  private watch_(): void {
    const { signal } = this.gone_;
    const each = (act: (desk: Desk) => void) => () => this.desks_.forEach(act);
    const seen = each((desk) => {
      desk.wake();
      desk.moved();
      desk.markRead();
    });
    document.addEventListener('visibilitychange', () => document.hidden || seen(), { signal });
    // A socket does not notice by itself that the network has gone.
    for (const change of ['online', 'offline']) {
      addEventListener(
        change,
        each((desk) => desk.wake()),
        { signal },
      );
    }
    addEventListener(
      'popstate',
      each((desk) => desk.moved()),
      { signal },
    );
    // A page in the back-forward cache must not hold the lock of the living ones.
    addEventListener(
      'pagehide',
      each((desk) => desk.disengage()),
      { signal },
    );
    const take = each((desk) => {
      if (desk.open || desk.hasChat()) desk.engage();
    });
    addEventListener('pageshow', (event) => event.persisted && take(), { signal });
    addEventListener('storage', (event) => event.newValue && take(), { signal });
    for (const gesture of ['pointerdown', 'keydown']) {
      this.element.addEventListener(gesture, () => this.touched_(), { signal });
    }
  }

  /** The tab that was used last is the one that sounds. */
  private touched_(): void {
    unlock();
    this.shared.set('ear', this.tab_);
  }

  /** Draws once for all that changed in this turn. */
  render(): void {
    if (this.scheduled_) return;
    this.scheduled_ = true;
    queueMicrotask(() => {
      this.scheduled_ = false;
      if (this.gone_.signal.aborted) return;
      this.element.lang = this.speech.locale;
      const held = this.root_.activeElement;
      const home = held?.closest('.desk');
      draw(
        this.root_,
        App(this.desks_, this.muted_, () => this.mute_()),
      );
      for (const desk of this.desks_) this.moveFocus_(desk);
      // What had the keyboard is gone, such as the form when the last agent leaves: its window has it still.
      if (home && !held?.isConnected && !this.root_.activeElement) home.querySelector('h2')?.focus();
      this.count_();
    });
  }

  /** A further file of the widget, from where this one came. */
  load(part: PartName): Promise<Part> {
    return import(/* @vite-ignore */ `${this.server}/widget-${part}.js`);
  }

  private moveFocus_(desk: Desk): void {
    const { focus } = desk;
    desk.focus = undefined;
    if (!focus) return;
    const place = this.root_.querySelector(`.${desk.channel.side}`);
    // In the order given, not in that of the document: the first that is there.
    for (const selector of focus.split(',')) {
      const target = place?.querySelector<HTMLElement>(selector);
      if (target) return target.focus();
    }
  }

  private mute_(): void {
    this.muted_ = !this.muted_;
    this.shared.set('muted', this.muted_);
    this.render();
  }

  /** The number of unread messages, in the document's title for who looks at another tab. */
  private count_(unread = this.desks_.reduce((sum, desk) => sum + desk.unread, 0)): void {
    if (unread !== this.counted_) this.emit_('unread', { count: unread });
    this.counted_ = unread;
    // The page may have given itself another title since.
    if (document.title === this.title_) document.title = document.title.replace(/^\(\d+\) /, '');
    this.title_ = unread ? (document.title = `(${unread}) ${document.title}`) : undefined;
  }

  /** Tells the page's own listeners what has changed in a channel, and sounds for a new message. */
  seen(desk: Desk, before: View | undefined, after: View): void {
    const channel = desk.channel.id;
    const { chat, entries, refused } = after;
    const tell = (event: EventName, pick: (view: View) => object | null | undefined | false) => {
      const detail = pick(after);
      if (!detail || (before && JSON.stringify(pick(before)) === JSON.stringify(detail))) return;
      this.emit_(event, { channel, ...detail });
    };
    tell('ready', (view) => view.channel && {});
    tell('state', (view) => view.channel && { state: view.channel.state, chat: view.chat?.status ?? null });
    tell('offline', (view) => view.channel && view.channel.state !== 'open' && { state: view.channel.state });
    tell('queue', ({ chat }) => chat?.status === 'queued' && { position: chat.position, wait_s: chat.wait_s });
    tell('assigned', ({ chat }) => chat?.agent && { agent: chat.agent });
    tell('ended', ({ chat }) => chat?.status === 'closed' && { chat: chat.id });
    tell(refused?.code === 'offline' ? 'offline' : 'error', (view) => view.refused);
    const known = before?.chat?.id === chat?.id ? (before?.entries.length ?? 0) : 0;
    let theirs = false;
    for (const entry of entries.slice(known)) {
      // The log of an earlier page view is no news.
      if (entry.kind !== 'message' || entry.at < this.since_ + after.skew) continue;
      theirs ||= entry.from.role === 'agent';
      this.emit_('message', { channel, chat: entry.chat, from: entry.from, text: entry.text });
    }
    const listening = this.shared.get('ear') === this.tab_ && !this.muted_;
    if (theirs && listening && !(document.hasFocus() && desk.open)) beep();
  }

  /** Two windows side by side need some width. */
  opened(desk: Desk): void {
    if (innerWidth < 780) for (const other of this.desks_) if (other !== desk) other.setOpen(false, false);
  }

  private emit_(event: EventName, detail: object): void {
    for (const fn of this.listeners_.get(event) ?? []) {
      try {
        fn(detail);
      } catch (error) {
        // The page's mistake is the page's to see, and must not stop the chat.
        reportError(error);
      }
    }
  }

  private find_(channel?: string): Desk | undefined {
    const desks = this.desks_;
    if (channel) return desks.find((desk) => desk.channel.id === channel);
    return desks.find((desk) => desk.open) ?? desks.find((desk) => desk.view?.chat) ?? desks[0];
  }

  // The verbs of `window.ventanilla`.

  on(event: EventName, fn: (detail: object) => void): () => void {
    const set = this.listeners_.get(event) ?? new Set();
    this.listeners_.set(event, set.add(fn));
    return () => {
      set.delete(fn);
    };
  }

  open(channel?: string): void {
    this.show();
    this.find_(channel)?.setOpen(true);
  }

  close(channel?: string): void {
    for (const desk of this.desks_) if (!channel || desk.channel.id === channel) desk.setOpen(false, false);
  }

  toggle(channel?: string): void {
    const desk = this.find_(channel);
    desk?.setOpen(!desk.open);
  }

  show(): void {
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }

  setLocale(locale: string): void {
    this.speech = new Speech(locale, this.site.timezone);
    for (const desk of this.desks_) desk.errors = {};
    this.render();
  }

  setDepartment(department: string): void {
    for (const desk of this.desks_) {
      const { any, departments } = desk.channel;
      if (department === 'any' ? any : departments.some(({ id }) => id === department)) desk.patch({ department });
    }
    this.render();
  }

  /** What is no usable identity changes nothing: the page hears an `error`. */
  identify(given?: unknown): void {
    const identity = readIdentity(given);
    if (!identity) return this.emit_('error', { code: 'bad_field', field: 'identity', message: 'bad_field' });
    this.shared.set('identity', identity);
    for (const desk of this.desks_) {
      const { name, email } = identity;
      desk.patch({ name: name || desk.draft.name, email: email || desk.draft.email });
      void desk.send({ do: 'identify' });
    }
    this.render();
  }

  /** Says it in the open chat; without one, it is the first message of the chat to come. */
  send(text: string): void {
    const desk = this.desks_.find(({ phase }) => phase === 'talk') ?? this.find_();
    if (!desk) return;
    if (desk.phase === 'talk') return desk.say(text);
    desk.patch({ message: text, details: false });
    desk.setOpen(true);
    this.render();
  }

  logout(): void {
    // First what all tabs share, for the session begins again without it.
    for (const key of ['token', 'identity']) this.shared.set(key, undefined);
    for (const desk of this.desks_) desk.logout();
    this.render();
  }

  destroy(): void {
    this.gone_.abort();
    clearInterval(this.clock_);
    for (const desk of this.desks_) desk.disengage();
    this.count_(0);
    this.element.remove();
  }
}
