/** An agent at the console. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { agents, password, type Username } from './template.ts';

type State = 'En línea' | 'Ausente' | 'Fuera';

export class Agent {
  readonly name: string;
  /** Counts what the server acknowledged of "online": the console shows it before. */
  private online_ = 0;

  constructor(
    readonly username: Username,
    readonly page: Page,
  ) {
    this.name = agents[username].name;
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const frame = String(payload);
        if (frame.includes('"type":"ok"') && frame.includes('"state":"online"')) this.online_++;
      }),
    );
  }

  get composer(): Locator {
    return this.page.locator('#composer');
  }
  get log(): Locator {
    return this.page.getByRole('log');
  }
  get mine(): Locator {
    return this.page.getByRole('region', { name: 'Mis chats' });
  }
  get card(): Locator {
    return this.page.getByRole('region', { name: 'Visitante', exact: true });
  }
  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async signIn(): Promise<void> {
    await this.page.getByLabel('Usuario').fill(this.username);
    await this.page.getByLabel('Contraseña').fill(password);
    await this.button('Entrar').click();
    await this.page.getByText('Conectado').waitFor();
  }

  state(state: State): Locator {
    return this.page.getByRole('radio', { name: state, exact: true });
  }

  /** Who wants to be online is so, for visitors too, when this returns. */
  async set(state: State): Promise<void> {
    if (await this.state(state).isChecked()) return;
    const before = this.online_;
    await this.state(state).check();
    if (state === 'En línea') await expect.poll(() => this.online_).toBeGreaterThan(before);
  }

  /** Opens the chat of a visitor, once it is theirs. */
  async goTo(visitor: string): Promise<void> {
    await this.mine.getByRole('button', { name: visitor }).click();
    await this.page.getByRole('heading', { name: visitor }).first().waitFor();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.log.getByText(text).first().waitFor();
  }

  /** All that was said, in the order of the log. */
  said(): Promise<string[]> {
    return this.log.locator('.bubble .text').allTextContents();
  }

  /** Searches the history until a chat is there: it moves to the record store soon after its end, not at once. */
  async findPast(words: string, visitor: string): Promise<void> {
    const history = this.page.getByRole('region', { name: 'Historial de chats' });
    const found = history.getByRole('button', { name: visitor }).first();
    await this.page.getByRole('link', { name: 'Historial' }).click();
    await history.getByRole('searchbox').fill(words);
    do {
      await history.getByRole('button', { name: 'Buscar' }).click();
      await found.or(history.locator('.empty')).waitFor();
    } while (!(await found.isVisible()));
    await found.click();
  }

  async close(outcome = 'Resuelto'): Promise<void> {
    await this.button('Terminar').click();
    await this.dialog.getByRole('radio', { name: outcome }).check();
    await this.dialog.getByRole('button', { name: 'Terminar el chat' }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }
}
