/** An agent in the console's ticket area. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Agent } from './agent.ts';

export class TicketConsole {
  constructor(readonly agent: Agent) {}

  get list(): Locator {
    return this.agent.page.getByRole('region', { name: 'Lista de tickets' });
  }
  get talk(): Locator {
    return this.agent.page.getByRole('log', { name: 'Mensajes del ticket' });
  }
  get composer(): Locator {
    return this.agent.page.locator('#ticket-composer');
  }
  field(name: 'Estado' | 'Prioridad' | 'Departamento' | 'Asignado a'): Locator {
    return this.agent.page.locator(`.ticket-field:has(> span:text-is("${name}")) select`);
  }
  row(words: string): Locator {
    return this.list.getByRole('row').filter({ hasText: words });
  }

  /** From the chats to the list of tickets, all that one may see. */
  async openList(): Promise<void> {
    await this.agent.page.getByRole('link', { name: 'Tickets' }).first().click();
    await this.list.getByRole('radio', { name: 'Mis departamentos' }).check({ force: true });
  }

  async open(number: string): Promise<void> {
    await this.openList();
    await this.row(number).locator('.ticket-link').click();
    await this.agent.page.getByRole('region', { name: number }).getByRole('heading', { level: 2 }).waitFor();
  }

  async answer(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.agent.button('Enviar').click();
    await this.isThere_(text);
  }

  async note(text: string): Promise<void> {
    await this.agent.page.getByRole('radio', { name: 'Nota', exact: true }).check({ force: true });
    await this.composer.fill(text);
    await this.agent.button('Guardar nota').click();
    await this.isThere_(text);
    await this.agent.page.getByRole('radio', { name: 'Respuesta', exact: true }).check({ force: true });
  }

  /** Sends an answer that also sets the state. */
  async answerAnd(way: 'Enviar y dejar pendiente' | 'Enviar y marcar resuelto', text: string): Promise<void> {
    await this.composer.fill(text);
    await this.agent.button('Otras formas de enviar').click();
    await this.agent.page.getByRole('menuitem', { name: way }).click();
    await this.isThere_(text);
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.talk.getByText(text).first().waitFor();
  }

  /** The box is empty once the desk has it. */
  private async isThere_(text: string): Promise<void> {
    await expect.poll(() => this.composer.inputValue()).toBe('');
    await this.talk.getByText(text).last().waitFor();
  }
}
