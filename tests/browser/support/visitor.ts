/** A visitor: a page with the widget, used as people use it. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Server } from './server.ts';
import { codeAnswer } from './tickets.ts';

export type ChannelTitle = 'Chat de Soporte' | 'Chat de Ventas';

/** What the widget calls things. */
const es = {
  message: 'Escriba su mensaje',
  next: 'Continuar',
  name: 'Nombre',
  email: 'Correo electrónico',
  department: 'Departamento',
  start: 'Iniciar chat',
  say: 'Mensaje',
  send: 'Enviar',
  leave: 'Dejar un ticket',
};
const en: typeof es = {
  message: 'Write your message',
  next: 'Continue',
  name: 'Name',
  email: 'E-mail',
  department: 'Department',
  start: 'Start chat',
  say: 'Message',
  send: 'Send',
  leave: 'Leave a ticket',
};

export class Visitor {
  constructor(
    readonly name: string,
    readonly page: Page,
    readonly title: ChannelTitle = 'Chat de Soporte',
    readonly words = es,
  ) {}

  /** The same person at the other channel, in another tab, or speaking English. */
  at(title: ChannelTitle): Visitor {
    return new Visitor(this.name, this.page, title, this.words);
  }
  inTab(page: Page): Visitor {
    return new Visitor(this.name, page, this.title, this.words);
  }
  inEnglish(): Visitor {
    return new Visitor(this.name, this.page, this.title, en);
  }

  get email(): string {
    const [first = ''] = this.name.normalize('NFD').toLowerCase().split(' ');
    return `${first.replace(/[^a-z]/g, '')}@example.mx`;
  }
  get launcher(): Locator {
    return this.page.locator('ventanilla-widget').getByRole('button', { name: this.title });
  }
  get window(): Locator {
    return this.page.getByRole('dialog', { name: this.title });
  }
  get log(): Locator {
    return this.window.getByRole('log');
  }
  get box(): Locator {
    return this.window.getByLabel(this.words.say, { exact: true });
  }
  button(name: string): Locator {
    return this.window.getByRole('button', { name, exact: true });
  }
  text(text: string | RegExp): Locator {
    return this.window.getByText(text);
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await this.window.waitFor();
  }

  /** Support: the message first, then who one is. */
  async ask(message: string, department = 'any'): Promise<void> {
    const { words } = this;
    if (!(await this.window.isVisible())) await this.open();
    await this.window.getByLabel(words.message).fill(message);
    await this.button(words.next).click();
    await this.window.getByLabel(words.name).fill(this.name);
    await this.window.getByLabel(words.email).fill(this.email);
    await this.window.getByLabel(words.department).selectOption(department);
    await this.button(words.start).click();
  }

  /** From wherever it is offered to the ticket form in the window. */
  async leaveTicket(server: Server): Promise<WidgetForm> {
    const form = new WidgetForm(this, server);
    await this.window.getByRole('link', { name: this.words.leave }).click();
    await this.window.getByRole('form', { name: this.words.leave }).waitFor();
    return form;
  }

  /** Sales: only who one is. */
  async enter(): Promise<void> {
    const { words } = this;
    await this.open();
    await this.window.getByLabel(words.name).fill(this.name);
    await this.window.getByLabel(words.email).fill(this.email);
    await this.button(words.start).click();
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.log.getByText(text).first().waitFor();
  }

  /** All that was said, in the order of the log. */
  said(): Promise<string[]> {
    return this.log.locator('.bubble').allTextContents();
  }

  /** Calls `ventanilla(verb, …)` of the page. */
  call(verb: string, ...rest: unknown[]): Promise<unknown> {
    return this.page.evaluate(
      ([name, args]) => (window as unknown as { ventanilla(...a: unknown[]): unknown }).ventanilla(name, ...args),
      [verb, rest] as const,
    );
  }

  /** The events that the page has heard. */
  heard(): Promise<({ name: string } & Record<string, unknown>)[]> {
    return this.page.evaluate(() => (window as unknown as { heard: [] }).heard);
  }

  async hears(name: string, detail: Record<string, unknown> = {}): Promise<void> {
    await expect
      .poll(() => this.heard(), { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ name, ...detail }));
  }
}

/** The ticket form in a visitor's window. */
export class WidgetForm {
  private challenge_ = '';

  constructor(
    private readonly visitor_: Visitor,
    private readonly server_: Server,
  ) {
    visitor_.page.on('response', (answer) => {
      if (!answer.url().endsWith('/api/v1/captcha') || !answer.ok()) return;
      void answer.json().then(({ id }) => {
        this.challenge_ = id;
      });
    });
  }

  field(name: string): Locator {
    return this.visitor_.window.getByLabel(name, { exact: true });
  }
  error(name: string): Locator {
    return this.visitor_.window.locator(`[id^="ticket-${name}-"][id$="-note"]`);
  }
  get files(): Locator {
    return this.visitor_.window.locator('.ticket input[type=file]');
  }

  /** Types the code, once its picture has been drawn. */
  async solve(label = 'Código de la imagen'): Promise<void> {
    await this.visitor_.window.locator('.code canvas[aria-busy=false]').waitFor();
    await expect.poll(() => this.challenge_).not.toBe('');
    await this.field(label).fill(codeAnswer(this.server_, this.challenge_));
  }

  /** Waits until the desk has it: its number. */
  async sent(): Promise<string> {
    const heading = this.visitor_.window.getByRole('heading', { name: /T-\d+/ });
    return /T-\d+/.exec((await heading.textContent()) ?? '')?.[0] ?? '';
  }
}
