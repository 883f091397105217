/** The ticket form of one channel: what is typed, what is wrong with it, and its way to the desk, once. */

import type { FileRef } from '@ventanilla/client';
import { type Attempt, ask, type FieldError, type Refusal, sendOnce } from '../../../client/src/forms/http.ts';
import { sizeIn } from '../../../client/src/forms/size.ts';
import { Uploads } from '../../../client/src/forms/uploads.ts';
import { parseRfc } from '../../../client/src/rfc.ts';
import type { Desk } from '../desk.ts';
import { Proof } from './proof.ts';
import { type TicketWords, ticketWords } from './words.ts';

const TEXTS = ['email', 'rfc', 'department', 'subject', 'priority', 'comments'] as const;
/** In the order of the form: the first wrong one gets the keyboard. */
const FIELDS = [...TEXTS, 'files', 'captcha'] as const;
export type Field = (typeof FIELDS)[number];
export type TextField = (typeof TEXTS)[number];

/** A ticket that the desk has. */
export interface Sent {
  number: string;
  url: string;
  email: string;
  first: number | null;
  solved: number | null;
  warnings: string[];
}

/** Everything that outlives a reload of this tab. */
export interface Kept {
  typed: Record<TextField, string>;
  /** What was said or written for the chat and has come into the comments: once, however they were changed since. */
  heard: string[];
  challenge?: Proof['kept'];
  files?: FileRef[];
  attempt?: Attempt | undefined;
  sent?: Sent;
}

interface Site {
  departments: { id: string; name: string }[];
  captcha: { mode: 'code' | 'pow' | 'both' };
  files: { max_mib: number; types: string[] };
}

interface Created {
  ticket: { number: string; first_response_due_at: number | null; resolution_due_at: number | null };
  url: string;
  warnings?: FieldError[];
}

export class Form {
  site: Site | undefined;
  answer = '';
  errors: Partial<Record<Field, string>> = {};
  notice = '';
  busy = false;
  readonly uploads: Uploads;
  readonly proof: Proof;
  readonly kept: Kept;
  private stopped_ = false;

  constructor(readonly desk: Desk) {
    const { draft, host } = desk;
    const { email, department } = draft;
    const typed = { email, rfc: '', department, subject: '', priority: 'normal', comments: '' };
    this.kept = (draft.ticket as Kept | undefined) ?? { typed, heard: [] };
    // Between two visits of the form it may have been given in the chat's.
    this.kept.typed.email ||= email;
    const { server } = host;
    this.uploads = new Uploads({
      url: `${server}/api/v1/files`,
      headers: () => {
        const { id } = this.proof;
        return id ? { 'X-Captcha': id, 'Accept-Language': host.speech.locale } : undefined;
      },
      most: 5,
      maxBytes: () => (this.site?.files.max_mib ?? 10) * 1_048_576,
      words: {
        ...this.words,
        tooBig: (bytes) => this.words.tooBig.replace('%', sizeIn(host.speech.locale, bytes)),
      },
      changed: () => this.changed_(),
    });
    this.proof = new Proof({
      server,
      locale: () => host.speech.locale,
      renewed: () => {
        this.answer = '';
        this.uploads.again();
      },
      changed: () => this.changed_(),
    });
    this.uploads.restore(this.kept.files ?? []);
    this.proof.restore(this.kept.challenge);
    if (!this.kept.sent) void this.load();
    this.hear();
    this.save_();
  }

  get words(): TicketWords {
    return ticketWords(this.desk.host.speech.locale);
  }

  get sent(): Sent | undefined {
    return this.kept.sent;
  }

  /**
   * Everything that the visitor says goes below what stands in the comments, acknowledged or not, and what was only
   * begun. What is on its way to the desk as a ticket is left as it is.
   */
  hear(): void {
    const { kept, desk } = this;
    const { view, draft } = desk;
    if (this.busy || kept.sent) return;
    const texts = [
      ...(view?.entries ?? []).map((entry) => entry.kind === 'message' && entry.from.role === 'visitor' && entry.text),
      ...(view?.pending ?? []).map(({ fields }) => {
        const { text, message } = fields as { text?: string; message?: string };
        return text ?? message;
      }),
      draft.message,
      draft.text,
    ];
    const gap = '\n\n';
    for (const text of texts) {
      if (!text || kept.heard.includes(text)) continue;
      const before = gap + kept.typed.comments.trimEnd();
      // What was begun when the form was left has been gone on with.
      const begun = kept.heard.find((one) => text.startsWith(one) && before.endsWith(gap + one));
      kept.typed.comments = (begun ? before.slice(0, -begun.length) + text : before + gap + text).trim();
      kept.heard.push(text);
      this.save_();
    }
  }

  /** What the site takes: departments, sizes, and how one shows not to be a robot. */
  async load(): Promise<void> {
    this.notice = '';
    try {
      this.site = await ask<Site>(`${this.desk.host.server}/api/v1/site`);
      const { departments, captcha } = this.site;
      const { typed } = this.kept;
      // "any", or a channel's department that is gone.
      if (!departments.some(({ id }) => id === typed.department)) typed.department = '';
      void this.proof.begin(captcha.mode);
    } catch {
      this.notice = this.words.noSite;
    }
    this.changed_();
  }

  input(field: TextField | 'captcha', value: string): void {
    if (field === 'captcha') this.answer = value;
    else this.kept.typed[field] = value;
    delete this.errors[field];
    if (this.notice === this.words.fix && !FIELDS.some((one) => this.errors[one])) this.notice = '';
    this.changed_();
  }

  /** When a field is left: what was typed in it is judged, an empty one not yet. */
  left(field: TextField): void {
    const wrong = this.kept.typed[field].trim() && this.wrong_(field);
    if (wrong) this.errors[field] = wrong;
    this.desk.host.render();
  }

  get oddRfc(): boolean {
    return parseRfc(this.kept.typed.rfc)?.checkDigitGood === false;
  }

  private wrong_(field: TextField): string | undefined {
    const value = this.kept.typed[field].trim();
    const { words } = this.desk;
    if (!value) return field === 'comments' ? undefined : words.needed;
    if (field === 'email' && !/^[^\s@"<>(),;:]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value)) return words.badEmail;
    if (field === 'rfc' && !parseRfc(value)) return this.words.badRfc;
    return undefined;
  }

  private check_(): boolean {
    this.errors = {};
    for (const field of TEXTS) {
      const wrong = this.wrong_(field);
      if (wrong) this.errors[field] = wrong;
    }
    if (this.proof.kind === 'code' && !this.answer.trim()) this.errors.captcha = this.desk.words.needed;
    return !this.refuse_();
  }

  /** Shows what is wrong; the keyboard goes to the first of it. */
  private refuse_(): boolean {
    const first = FIELDS.find((field) => this.errors[field]);
    if (first) {
      this.notice = this.words.fix;
      this.desk.focus = `.${first}`;
    }
    return !!first;
  }

  async submit(): Promise<void> {
    if (this.busy) return;
    this.notice = '';
    if (!this.check_()) return this.desk.host.render();
    this.busy = true;
    this.changed_();
    try {
      await this.uploads.settled();
      const answer = await this.proof.answer(this.answer);
      if (!answer) this.errors.captcha = this.proof.kind === 'code' ? this.words.noCode : this.words.unproved;
      // A file that could not be had is for the visitor to see and to remove.
      if (this.refuse_()) this.answer = '';
      else if (this.uploads.items.some(({ error }) => error)) this.notice = this.words.fix;
      else this.arrived_(await this.post_(answer));
    } catch (error) {
      this.refused_(error as Refusal);
    }
    this.busy = false;
    this.changed_();
  }

  private async post_(answer: string, token = this.desk.host.shared.get<string>('token')): Promise<Created> {
    const { desk, kept } = this;
    const { server, speech } = desk.host;
    const { typed } = kept;
    const body = {
      ...typed,
      email: typed.email.trim(),
      name: desk.draft.name.trim() || undefined,
      files: this.uploads.refs.map(({ id }) => id),
      captcha: { id: this.proof.id, answer },
      chat: token ? desk.view?.chat?.id : undefined,
    };
    const keeper = {
      get: () => kept.attempt,
      set: (attempt: Attempt | undefined) => {
        kept.attempt = attempt;
        this.save_();
      },
    };
    try {
      return await sendOnce<Created>(`${server}/api/v1/tickets`, body, keeper, {
        'Accept-Language': speech.locale,
        ...(token && { Authorization: `Bearer ${token}` }),
      });
    } catch (error) {
      // The chat is long over, or the desk knows the visitor no longer: then it is a ticket of its own.
      if (!token || !/40[149]/.test(`${(error as Refusal).status}`)) throw error;
      return this.post_(answer, '');
    }
  }

  private arrived_({ ticket, url, warnings = [] }: Created): void {
    const { desk, kept } = this;
    kept.sent = {
      number: ticket.number,
      url: new URL(url, desk.host.server).href,
      email: kept.typed.email.trim(),
      first: ticket.first_response_due_at,
      solved: ticket.resolution_due_at,
      warnings: warnings.map(({ message }) => message),
    };
    // It is with the desk now: the chat's form must not offer it again.
    const rest = (text: string) => (kept.heard.includes(text) ? '' : text);
    desk.patch({ message: rest(desk.draft.message), text: rest(desk.draft.text), details: false });
    this.proof.stop();
    desk.focus = '.sent';
  }

  private refused_(refusal: Refusal): void {
    if (refusal.unsure) {
      this.notice = refusal.message || this.words.unsure;
      return;
    }
    for (const { field, message } of refusal.errors) {
      // `files[0]` is an error of the files, `captcha.answer` one of the code.
      const [name = ''] = field.split(/[.[]/);
      if ((FIELDS as readonly string[]).includes(name)) this.errors[name as Field] ??= message;
    }
    if (!this.refuse_()) this.notice = refusal.message;
    if (this.errors.captcha) void this.proof.another();
  }

  /** The form is left: nothing that comes later may write into what another one keeps. */
  stop(): void {
    this.stopped_ = true;
    this.proof.stop();
    this.uploads.stop();
  }

  private changed_(): void {
    if (this.stopped_) return;
    this.save_();
    this.desk.host.render();
  }

  private save_(): void {
    const { kept } = this;
    if (!kept.sent) Object.assign(kept, { files: this.uploads.refs, challenge: this.proof.kept });
    this.desk.patch({ ticket: kept.sent ? { typed: kept.typed, sent: kept.sent } : kept });
  }
}
