/** What agents and supervisors do beside talking. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { oneAtATime } from './support/server.ts';

describe('the console', () => {
  deskTest('notes have a colour of their own and never reach the visitor', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.launcher.waitFor();
    const frames: string[] = [];
    lucia.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    const colour = () =>
      ana.composer.evaluate((box) => getComputedStyle(box.closest('form') as Element).backgroundColor);
    const plain = await colour();
    await ana.page.keyboard.press('Alt+n'); // the focus is still in the list
    await expect.poll(colour).not.toBe(plain);
    await ana.say('Cliente difícil: avisar a Sofía');
    await ana.log.getByText('Nota interna · Ana Torres').waitFor();
    await ana.composer.press('Alt+n');
    await ana.say('¿En qué le ayudo?');
    await lucia.sees('¿En qué le ayudo?');
    expect(frames.join()).toContain('¿En qué le ayudo?');
    expect(frames.join()).not.toContain('difícil');
    expect(await lucia.window.textContent()).not.toContain('difícil');
  });

  deskTest(
    'a supervisor watches, leaves a note, puts it first and takes it over',
    async (desk) => {
      const ana = await desk.agent('ana');
      const lucia = await desk.visitor('Lucía');
      await lucia.ask('Soy Lucía', 'soporte-tecnico');
      await lucia.sees('Ana Torres le atiende.');
      const omar = await desk.visitor('Omar');
      await omar.ask('Soy Omar', 'soporte-tecnico');
      await omar.text('Es el 1.º en la fila.').waitFor();
      const pedro = await desk.visitor('Pedro');
      await pedro.ask('Soy Pedro', 'soporte-tecnico');
      await pedro.text('Es el 2.º en la fila.').waitFor();

      const sofia = await desk.console('sofia');
      await sofia.signIn();
      await sofia.button('Observar el chat de Pedro').click();
      await sofia.sees('Soy Pedro');
      await sofia.page.getByText('El visitante no lo ve.').waitFor();
      await sofia.card.getByRole('radio', { name: 'Alta' }).click();
      await pedro.text('Es el 1.º en la fila.').waitFor();

      await ana.goTo('Lucía');
      await ana.close();
      await pedro.sees('Ana Torres le atiende.');
      await sofia.page.getByText('Lo atiende Ana Torres.').first().waitFor();
      await ana.goTo('Pedro');
      await ana.say('Buenas tardes');
      await sofia.sees('Buenas tardes');
      await expect.poll(() => sofia.composer.getAttribute('aria-label')).toBe('Nota interna');

      await sofia.set('En línea');
      await sofia.goTo('Omar');
      await sofia.close();
      await sofia.set('Ausente');
      await sofia.page.getByRole('region', { name: 'Observando' }).getByRole('button', { name: 'Pedro' }).click();
      await sofia.button('Tomar este chat').click();
      await pedro.sees('Sofía Méndez le atiende.');
      await sofia.say('Soy Sofía, sigo yo.');
      await pedro.sees('Soy Sofía, sigo yo.');
      await ana.page.getByText('Ya no los atiende').first().waitFor();
      await expect.poll(() => ana.composer.count()).toBe(0);
    },
    oneAtATime,
  );

  deskTest('says why a chat is where it is', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola', 'soporte-tecnico');
    await ana.goTo('Lucía');
    await ana.card.getByRole('button', { name: '¿Por qué?' }).click();
    await ana.dialog.getByText('Elegido: Ana Torres').waitFor();
    await ana.dialog.getByText('Regla: ').first().waitFor();
    const beto = ana.dialog.getByRole('row', { name: /Beto Ruiz/ }).first();
    await expect.poll(() => beto.textContent()).toContain('fuera');
  });

  deskTest(
    'closes with an outcome; the chat is in the history and with the next one of the same address',
    async (desk) => {
      const ana = await desk.agent('ana');
      const lucia = await desk.visitor('Lucía');
      await lucia.ask('No puedo timbrar');
      await ana.goTo('Lucía');
      await ana.say('¿Sigue ahí?');
      await ana.close('El visitante se fue');
      await lucia.sees('El chat ha terminado.');
      await ana.findPast('timbrar', 'Lucía');
      await ana.sees('¿Sigue ahí?');
      await ana.sees('el visitante se fue');
      const history = ana.page.getByRole('region', { name: 'Historial de chats' });
      await history.getByRole('searchbox').fill('nada así');
      await history.getByRole('button', { name: 'Buscar' }).click();
      await history.getByText('Nada coincide con «nada así».').waitFor();

      await lucia.button('Nuevo chat').click();
      await lucia.ask('Soy yo otra vez');
      await ana.page.getByRole('link', { name: 'Escritorio' }).click();
      await ana.mine.getByRole('button', { name: 'Soy yo otra vez' }).click();
      await ana.card.getByText('el visitante se fue').waitFor();
    },
  );

  deskTest('refuses a wrong password in words, signs out, and stays signed out', async (desk) => {
    desk.expected = /status of 401 .*\/api\/v1\/sessions$/;
    const ana = await desk.console('ana');
    await ana.page.getByLabel('Usuario').fill('ana');
    await ana.page.getByLabel('Contraseña').fill('otra');
    await ana.button('Entrar').click();
    await ana.page.getByText('no coinciden').waitFor();
    await ana.signIn();
    const [cookie] = await ana.page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    await ana.button('Ajustes y sesión').click();
    await ana.button('Salir').click();
    await ana.button('Entrar').waitFor();
    await ana.page.reload();
    await ana.button('Entrar').waitFor();
    expect(await ana.page.context().cookies()).toEqual([]);
  });

  deskTest('a second window of the same console goes on; the first says so', async (desk) => {
    const ana = await desk.agent('ana');
    const other = await ana.page.context().newPage();
    await other.goto(`${desk.server.origin}/agent`);
    await other.getByText('Conectado').waitFor();
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await other.getByRole('region', { name: 'Mis chats' }).getByRole('button', { name: 'Lucía' }).waitFor();
    await ana.goTo('Lucía');
  });

  deskTest('says that the network is gone soon after the browser knows, and keeps what is written', async (desk) => {
    desk.expected = /WebSocket connection|Failed to load resource/;
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    await ana.page.context().setOffline(true);
    await ana.page.getByText('Se perdió la conexión.').waitFor();
    await ana.say('¿Sigue ahí?');
    await ana.page.context().setOffline(false);
    await lucia.sees('¿Sigue ahí?');
    await ana.page.getByText('Conectado').waitFor();
  });
});
