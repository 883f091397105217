/** What a customer's page gets with the one tag: how little it loads, and the calls it can make. */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { Visitor } from './support/visitor.ts';

const most_bytes = 16_384;

describe('the page', () => {
  deskTest('loads one small file, asks nobody else, and gets no cookie', async (desk) => {
    await desk.agent('ana');
    const page = await desk.page();
    const asked: string[] = [];
    const sockets: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(desk.host.origin, { waitUntil: 'networkidle' });
    const lucia = new Visitor('Lucía', page);
    await lucia.launcher.waitFor();
    const { host, server } = desk;
    const before = [`${host.origin}/`, `${host.origin}/calls.js`, `${server.origin}/widget.js`];
    const own = asked.filter((url) => !url.startsWith('data:'));
    expect(own.toSorted()).toEqual(before.toSorted());
    expect(sockets).toEqual([]);

    const answer = await fetch(`${server.origin}/widget.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(Number(answer.headers.get('content-length'))).toBeLessThanOrEqual(most_bytes);
    expect(gzipSync(await answer.text(), { level: 9 }).length).toBeLessThanOrEqual(most_bytes);

    await lucia.ask('Hola');
    await lucia.sees('Ana Torres le atiende.');
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual(own);
    expect(sockets).toEqual([`${server.origin.replace('http', 'ws')}/ws/visitor`]);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  deskTest('opens a channel at once, and shows only those asked for, by attributes of the tag', async (desk) => {
    desk.host.attributes = 'data-channels="ventas" data-open="ventas"';
    const lucia = await desk.visitor('Lucía');
    await lucia.at('Chat de Ventas').window.waitFor();
    await expect.poll(() => lucia.launcher.count()).toBe(0);
  });
});

describe('ventanilla(verb, …)', () => {
  const secret = 'un-secreto-de-prueba-de-32-letras';

  deskTest('tells the page what happens, also who asked before the script had come', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.launcher.waitFor();
    await lucia.page.evaluate(() => {
      const page = window as never as { ventanilla(...a: unknown[]): () => void; once: unknown[] };
      page.once = [];
      const off = page.ventanilla('on', 'message', (detail: unknown) => {
        page.once.push(detail);
        off();
      });
    });
    await lucia.ask('Hola');
    await lucia.hears('ready', { channel: 'soporte' });
    await lucia.hears('state', { state: 'open', chat: 'assigned' });
    await lucia.hears('assigned', { agent: { id: expect.any(String), name: 'Ana Torres' } });
    await lucia.hears('message', { text: 'Hola', from: expect.objectContaining({ role: 'visitor' }) });
    await lucia.call('close');
    await ana.goTo('Lucía');
    await ana.say('Buenas');
    await lucia.hears('message', { text: 'Buenas', from: expect.objectContaining({ role: 'agent' }) });
    await lucia.hears('unread', { count: 1 });
    await ana.close();
    await lucia.hears('ended', { channel: 'soporte' });
    const once = await lucia.page.evaluate(() => (window as never as { once: unknown[] }).once);
    expect(once).toHaveLength(1);
  });

  deskTest('opens, hides, speaks, chooses, forgets and goes away', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.launcher.waitFor();
    await lucia.call('open', 'soporte');
    await lucia.window.waitFor();
    await lucia.call('toggle');
    await lucia.window.waitFor({ state: 'detached' });
    await lucia.call('hide');
    await lucia.launcher.waitFor({ state: 'hidden' });
    await lucia.call('show');
    await lucia.launcher.waitFor();

    await lucia.call('identify', { name: 'Lucía Gómez', email: 'lucia@example.mx' });
    await lucia.call('setDepartment', 'soporte-tecnico');
    await lucia.call('send', 'Desde la página');
    await expect.poll(() => lucia.window.getByLabel('Escriba su mensaje').inputValue()).toBe('Desde la página');
    await lucia.button('Continuar').click();
    await expect.poll(() => lucia.window.getByLabel('Nombre').inputValue()).toBe('Lucía Gómez');
    await expect.poll(() => lucia.window.getByLabel('Correo electrónico').inputValue()).toBe('lucia@example.mx');
    await expect.poll(() => lucia.window.getByLabel('Departamento').inputValue()).toBe('soporte-tecnico');
    await lucia.button('Iniciar chat').click();
    await lucia.sees('Ana Torres le atiende.');
    await lucia.call('send', 'Y otra cosa');
    await ana.goTo('Lucía Gómez');
    await ana.sees('Y otra cosa');

    await lucia.call('setLocale', 'en');
    await lucia.inEnglish().sees('Ana Torres is with you.');
    await lucia.call('setLocale', 'es-MX');
    const refused = await lucia.page.evaluate(() => {
      try {
        (window as never as { ventanilla(verb: string): void }).ventanilla('dance');
      } catch (error) {
        return error instanceof TypeError;
      }
    });
    expect(refused).toBe(true);

    await lucia.call('destroy');
    await expect.poll(() => lucia.page.locator('ventanilla-widget').count()).toBe(0);
    await ana.card.getByText('Salió de la página').waitFor();
    await lucia.page.reload();
    await lucia.sees('Y otra cosa');
    await lucia.call('logout');
    await lucia.window.getByLabel('Escriba su mensaje').waitFor();
    await expect.poll(() => lucia.window.getByLabel('Escriba su mensaje').inputValue()).toBe('');
    const kept = await lucia.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain('lucia@example.mx');
    expect(kept).not.toContain('otra cosa');
  });

  deskTest(
    'identify with a signature of the site shows the agent a verified visitor',
    async (desk) => {
      const ana = await desk.agent('ana');
      const lucia = await desk.visitor('Lucía');
      const expires_at = Date.now() + 3_600_000;
      const signature = createHmac('sha256', secret).update(`lucia@example.mx\n${expires_at}`).digest('hex');
      await lucia.call('identify', { name: 'Lucía', email: 'lucia@example.mx', expires_at, signature });
      await lucia.ask('Hola');
      await ana.goTo('Lucía');
      await ana.card.getByText('Verificado', { exact: true }).waitFor();
    },
    { '[mail]': `[widget]\nidentity_secret = "${secret}"\n\n[mail]` },
  );
});
