/** Tickets as people without a session have them: the form at `/ticket`, the code, the mail, and the page behind its link. */
import { createHmac } from 'node:crypto';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Desk } from './desk.ts';
import type { Server } from './server.ts';

/** The server refuses a form: the browser's own line about it. */
export const refusal = /status of 422 .*\/api\/v1\/tickets$/;

/** The digits of a challenge, made again with the secret of the test's own server: nobody reads the picture. */
export function codeAnswer(server: Server, challenge: string): string {
  const [secret] = server.rows<{ value: string }>("SELECT value FROM secret WHERE name = 'captcha'");
  const nonce = Buffer.from(challenge, 'base64url').subarray(9, 25);
  const key = createHmac('sha256', secret?.value ?? '')
    .update('captcha code')
    .digest();
  const number = createHmac('sha256', key).update(nonce).digest().readBigUInt64BE();
  return String(number % 1_000_000n).padStart(6, '0');
}

export interface Mail {
  template: string;
  to: string;
  number: string;
  link: string;
  subject: string;
  state: string;
  channel?: string;
  rfc?: string;
  message?: { text: string; files: { name: string; size: number }[] } | null;
}

/** The mails that wait in the outbox, oldest first. */
export function mails(server: Server): Mail[] {
  return server
    .rows<{ payload: string }>("SELECT payload FROM outbox WHERE kind = 'mail' ORDER BY id")
    .map(({ payload }) => JSON.parse(payload) as Mail);
}

/** What the form and the page call things. */
const es = {
  email: 'Correo electrónico',
  rfc: 'RFC',
  department: 'Departamento',
  priority: 'Prioridad',
  subject: 'Asunto',
  comments: 'Comentarios (opcional)',
  files: 'Archivos (opcional)',
  code: 'Números',
  send: 'Enviar ticket',
  answer: 'Su respuesta',
  sendAnswer: 'Enviar respuesta',
};
const en: typeof es = {
  email: 'E-mail address',
  rfc: 'RFC (Mexican tax ID)',
  department: 'Department',
  priority: 'Priority',
  subject: 'Subject',
  comments: 'Comments (optional)',
  files: 'Files (optional)',
  code: 'Digits',
  send: 'Send ticket',
  answer: 'Your answer',
  sendAnswer: 'Send answer',
};

export interface Wanted {
  email: string;
  rfc: string;
  department: string;
  subject: string;
  comments: string;
}

export const wanted: Wanted = {
  email: 'lucia@example.mx',
  rfc: 'GODE561231GR8',
  department: 'soporte-tecnico',
  subject: 'No puedo timbrar desde ayer',
  comments: 'Al timbrar aparece CFDI40108.\n1. Abro la factura.\n2. Oprimo «Timbrar».',
};

/** Somebody who opens a ticket and follows it. */
export class Requester {
  constructor(
    private readonly server_: Server,
    readonly page: Page,
    readonly words: typeof es,
  ) {}

  static async create(desk: Desk, options: BrowserContextOptions = {}): Promise<Requester> {
    const english = options.locale?.startsWith('en');
    return new Requester(desk.server, await desk.page(options), english ? en : es);
  }

  field(name: Exclude<keyof typeof es, 'send' | 'sendAnswer'>): Locator {
    return this.page.getByLabel(this.words[name], { exact: true });
  }
  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
  /** What is said to be wrong with a field. */
  error(name: string): Locator {
    return this.page.locator(`#${name}-error`);
  }
  get state(): Locator {
    return this.page.locator('.pill');
  }
  get talk(): Locator {
    return this.page.locator('.talk');
  }

  async openForm(hash = ''): Promise<void> {
    await this.page.goto(`${this.server_.origin}/ticket${hash}`);
    // The script is there: without it the form would work, but that is another test.
    await this.page.getByText(/También puede arrastrarlos|You can also drop/).waitFor();
  }

  async fill(what: Partial<Wanted> = wanted): Promise<void> {
    const { department, ...texts } = what;
    for (const [name, text] of Object.entries(texts)) await this.field(name as keyof typeof texts).fill(text);
    if (department) await this.field('department').selectOption(department);
  }

  get challenge(): Promise<string> {
    return this.page.locator('[name=captcha_id]').inputValue();
  }

  async solve(): Promise<void> {
    await this.field('code').fill(codeAnswer(this.server_, await this.challenge));
  }

  async send(): Promise<void> {
    await this.button(this.words.send).click();
  }

  /** From the filled form to the page that says it is there; the ticket's number. */
  async submit(): Promise<string> {
    await this.solve();
    await this.send();
    await this.page.waitForURL(/sent=1/);
    return /T-\d+/.exec((await this.page.locator('h1').textContent()) ?? '')?.[0] ?? '';
  }

  /** Follows the link of the mail about a ticket. The tests' servers have other addresses than their sites say. */
  async followMail(number: string): Promise<void> {
    const mail = mails(this.server_).find((one) => one.number === number);
    if (!mail) throw new Error(`no mail about ${number}`);
    const { pathname, search } = new URL(mail.link);
    await this.page.goto(`${this.server_.origin}${pathname}${search}`);
    await this.page.getByText(number).first().waitFor();
  }

  async answer(text: string): Promise<void> {
    await this.field('answer').fill(text);
    await this.button(this.words.sendAnswer).click();
    await this.talk.getByText(text).waitFor();
  }

  /** Comes back to the page, as people do who got a mail. */
  async returns(): Promise<void> {
    await this.page.reload();
  }
}
