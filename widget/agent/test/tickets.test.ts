/** The list of tickets in a real browser: what it shows, how it is narrowed, how it lives, what is done to many. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { look, server, signedIn } from './browser.ts';
import { fillTickets } from './fill_tickets.ts';
import { ticket } from './make.ts';

const subjects = (page: Page) => page.locator('.ticket-subject').allTextContents();
const row = (page: Page, number: string) => page.locator('tr', { has: page.locator(`[data-ticket="${number}"]`) });

beforeEach(() => fillTickets(server));

describe('the list of tickets', { timeout: 150_000 }, () => {
  it('shows who waits, the most urgent first, in colour and in words', async () => {
    const page = await signedIn('#/tickets');
    await page.getByRole('table', { name: 'Lista de tickets' }).waitFor();
    await expect
      .poll(() => page.locator('tbody .due').allTextContents())
      .toEqual([
        expect.stringContaining('Venció hace 1 h 35 min'),
        expect.stringContaining('Pronto: '),
        expect.stringContaining('Faltan 1 d'),
        expect.stringContaining('Faltan 1 d'),
        'Espera al cliente',
      ]);
    await page.getByRole('link', { name: /Tickets.*1 suyo está vencido/ }).waitFor();
    await expect.poll(() => page.title()).toContain('1 ticket vencido');
    await look(page, 'tickets');
  });

  it('is narrowed by view, state, department, priority, due time and words; the address keeps it', async () => {
    const page = await signedIn('#/tickets');
    await row(page, 'T-000201').waitFor();
    await page.getByRole('radio', { name: 'Míos' }).check();
    await row(page, 'T-000202').waitFor({ state: 'detached' });
    await expect.poll(() => subjects(page)).toHaveLength(2);
    await page.getByRole('radio', { name: 'Mis departamentos' }).check();
    await page.getByLabel('Estado', { exact: true }).selectOption('Cerrados');
    await row(page, 'T-000150').waitFor();
    await page.getByLabel('Estado', { exact: true }).selectOption('Todos los estados');
    await page.getByLabel('Prioridad', { exact: true }).selectOption('Alta');
    await row(page, 'T-000150').waitFor({ state: 'detached' });
    await expect.poll(() => subjects(page)).toEqual(['Cancelar la factura A-1042 del mes pasado']);
    await page.getByRole('button', { name: 'Quitar filtros' }).click();
    await row(page, 'T-000203').waitFor();
    await page.getByLabel('Plazo', { exact: true }).selectOption('Vencidos');
    await row(page, 'T-000203').waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Buscar tickets' }).pressSequentially('nada de nada');
    await page.getByText('Ningún ticket coincide').waitFor();
    await look(page, 'tickets-none', ['wide', 'phone']);
    expect(new URL(page.url()).hash).toBe('#/tickets?due=late&q=nada+de+nada');
    await page.reload();
    await page.getByText('Ningún ticket coincide').waitFor();
    await expect.poll(() => page.getByRole('searchbox', { name: 'Buscar tickets' }).inputValue()).toBe('nada de nada');
    await page.goBack();
    await row(page, 'T-000201').waitFor();
    await expect.poll(() => page.getByRole('searchbox', { name: 'Buscar tickets' }).inputValue()).toBe('');
  });

  it('goes on page by page, and says so when a page does not come', async () => {
    for (let n = 300; n < 420; n++) server.tickets.put(ticket(n, { subject: `Caso ${n}` }));
    const page = await signedIn('#/tickets?sort=newest');
    await row(page, 'T-000419').waitFor();
    await expect.poll(() => subjects(page)).toHaveLength(50);
    server.tickets.refuse('GET /tickets', 503, 'unavailable');
    await page.getByRole('button', { name: 'Mostrar más' }).click();
    await page.getByText('No se pudieron cargar más tickets').waitFor();
    await page.getByRole('button', { name: 'Mostrar más' }).click();
    await row(page, 'T-000320').waitFor();
    await page.getByRole('button', { name: 'Mostrar más' }).click();
    await row(page, 'T-000201').waitFor();
    expect(new Set(await subjects(page)).size).toBe(125);
    await expect.poll(() => page.getByRole('button', { name: 'Mostrar más' }).count()).toBe(0);
  });

  it('changes rows where they stand, and tells what is new without moving them', async () => {
    const page = await signedIn('#/tickets?sort=newest');
    await row(page, 'T-000205').waitFor();
    const before = await subjects(page);
    server.tickets.put(ticket(310, { subject: 'Recién llegado' }));
    server.tickets.change('T-000310', {});
    server.tickets.change('T-000205', { priority: 'urgent' });
    server.tickets.change('T-000203', { state: 'closed' });
    await row(page, 'T-000205').getByText('Urgente').waitFor();
    await row(page, 'T-000203').getByText('ya no está en esta lista').waitFor();
    await expect.poll(() => subjects(page)).toEqual(before);
    await look(page, 'tickets-news', ['wide', 'phone']);
    await page.getByRole('button', { name: '1 ticket nuevo · Mostrar' }).click();
    await row(page, 'T-000310').waitFor();
    expect((await subjects(page))[0]).toBe('Recién llegado');
    await row(page, 'T-000203').waitFor({ state: 'detached' });
  });

  it('catches up after a cut', async () => {
    const page = await signedIn('#/tickets?sort=newest');
    await row(page, 'T-000205').waitFor();
    server.down = true;
    server.cut();
    await page.getByText('Se perdió la conexión').waitFor();
    server.tickets.put(ticket(311, { subject: 'Entre tanto' }));
    server.tickets.change('T-000205', { priority: 'urgent' });
    server.down = false;
    await page.getByRole('button', { name: 'Reconectar ahora' }).click();
    await page.getByRole('button', { name: '1 ticket nuevo · Mostrar' }).waitFor();
    await row(page, 'T-000205').getByText('Urgente').waitFor();
  });

  it('says when it cannot be loaded, and tries again', async () => {
    const page = await signedIn();
    await page.getByText('más de lo debido').first().waitFor();
    server.tickets.refuse('GET /tickets', 503, 'unavailable');
    await page.getByRole('link', { name: /Tickets/ }).click();
    await page.getByText('No se pudieron cargar los tickets.').waitFor();
    await look(page, 'tickets-failed', ['wide']);
    await page.getByRole('button', { name: 'Intentar de nuevo' }).click();
    await row(page, 'T-000201').waitFor();
  });

  it('changes many at once, or none, and tells which', async () => {
    const page = await signedIn('#/tickets');
    await page.getByRole('checkbox', { name: 'Seleccionar T-000203' }).check();
    await page.getByRole('checkbox', { name: 'Seleccionar T-000205' }).check();
    await page.getByText('2 seleccionados').waitFor();
    await look(page, 'tickets-bulk');
    const bar = page.getByRole('form', { name: 'Cambiar los seleccionados' });
    await bar.getByLabel('Prioridad').selectOption('Urgente');
    await bar.getByLabel('Asignado a').selectOption('Sin asignar');
    server.tickets.refuse('PATCH /tickets', 503, 'unavailable');
    await bar.getByRole('button', { name: 'Aplicar' }).click();
    await page.getByText('No se cambió ningún ticket').waitFor();
    await bar.getByRole('button', { name: 'Aplicar' }).click();
    await page.getByText('2 tickets cambiados.').waitFor();
    expect(server.tickets.last('PATCH', /tickets$/)?.body).toEqual({
      numbers: ['T-000203', 'T-000205'],
      priority: 'urgent',
      assignee: null,
    });
    await row(page, 'T-000203').getByText('Sin asignar').waitFor();
    await page.getByRole('checkbox', { name: 'Seleccionar todos' }).check();
    await page.getByText('5 seleccionados').waitFor();
    await page.getByRole('button', { name: 'Quitar selección' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  it('goes by keyboard from the list into a ticket, to the answer and back', async () => {
    const page = await signedIn('#/tickets');
    await row(page, 'T-000201').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.getByText('1 seleccionado', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cancelar la factura A-1042' }).waitFor();
    await page.keyboard.press('n');
    await expect
      .poll(() => page.getByLabel('Nota interna', { exact: true }).evaluate((e) => e === document.activeElement))
      .toBe(true);
    await page.keyboard.type('j, k, r y n se escriben');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await expect.poll(() => page.getByLabel('Respuesta al solicitante').inputValue()).toBe('j, k, r y n se escriben');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Cancelar la factura A-1042' }).waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.ticket))
      .toBe('T-000202');
    await page.keyboard.press('?');
    await page.getByText('Ticket siguiente o anterior de la lista').waitFor();
    await look(page, 'help-tickets', ['wide', 'phone']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+KeyK');
    await page.locator('.palette-input').fill('t-205');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Queja: nadie contestó' }).waitFor();
    await page.keyboard.press('Control+KeyK');
    await page.locator('.palette-input').fill('anotar');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByLabel('Nota interna', { exact: true }).evaluate((e) => e === document.activeElement))
      .toBe(true);
  });
});
