/** A visitor whose browser lets no site store anything: the widget works until the page is left. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';

/** What the browser says to a page that wants to store something. */
const attempts = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const open = () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open('x');
        request.onsuccess = resolve;
        request.onerror = () => reject(request.error);
      });
    const all = [() => localStorage, () => sessionStorage, open, () => navigator.locks.request('x', () => 0)];
    return Promise.all(
      all.map(async (attempt) => {
        try {
          return `possible: ${await attempt()}`;
        } catch (error) {
          return (error as Error).name;
        }
      }),
    );
  });

describe('where the browser blocks all storage', () => {
  deskTest('the widget starts, chats to the end, and begins anew after a reload', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía', { storageBlocked: true });
    expect(await attempts(lucia.page)).toEqual(['SecurityError', 'SecurityError', 'UnknownError', 'SecurityError']);
    await lucia.ask('No puedo timbrar.');
    await lucia.sees('Ana Torres le atiende.');
    await ana.goTo('Lucía');
    await ana.say('Buenas tardes.');
    await lucia.sees('Buenas tardes.');
    await lucia.button('Minimizar').click();
    await ana.say('¿Sigue ahí?');
    await lucia.hears('unread', { count: 1 });
    await lucia.open();
    await lucia.say('Aquí sigo');
    await ana.sees('Aquí sigo');
    await expect.poll(() => lucia.said()).toEqual(['No puedo timbrar.', 'Buenas tardes.', '¿Sigue ahí?', 'Aquí sigo']);
    await ana.close();
    await lucia.sees('El chat ha terminado.');
    await lucia.window.getByRole('radio', { name: '5 Excelente' }).check({ force: true });
    await lucia.button('Enviar opinión').click();
    await lucia.text('Gracias por su opinión.').waitFor();

    await lucia.page.reload();
    await lucia.ask('Otra pregunta');
    await lucia.sees('Ana Torres le atiende.');
    await expect.poll(() => lucia.said()).toEqual(['Otra pregunta']);
  });

  deskTest('nothing is lost while the server is away, and the ticket form keeps what was typed', async (desk) => {
    desk.expected = /WebSocket connection|ERR_CONNECTION_REFUSED|Failed to load resource/;
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía', { storageBlocked: true });
    await lucia.ask('Hola');
    await lucia.sees('Ana Torres le atiende.');
    await desk.server.kill();
    await lucia.text('Reconectando…').waitFor();
    await lucia.say('Mientras tanto');
    await lucia.window.getByRole('img', { name: 'Pendiente de enviar' }).waitFor();
    await desk.server.start();
    await ana.goTo('Lucía');
    await ana.sees('Mientras tanto');
    await expect.poll(() => lucia.said()).toEqual(['Hola', 'Mientras tanto']);

    const marta = await desk.visitor('Marta', { storageBlocked: true });
    await ana.state('Fuera').click();
    await ana.dialog.getByRole('button', { name: 'Salir de línea' }).click();
    await marta.open();
    await marta.text('En este momento no hay nadie en línea.').waitFor();
    const form = await marta.leaveTicket(desk.server);
    await form.field('Asunto').fill('No puedo timbrar');
    await marta.button('‹ Volver al chat').click();
    await marta.leaveTicket(desk.server);
    await expect.poll(() => form.field('Asunto').inputValue()).toBe('No puedo timbrar');
  });
});
