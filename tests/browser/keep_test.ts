/** Nothing is lost: reloads, other pages, other tabs, a server that dies, an empty desk. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { Visitor } from './support/visitor.ts';

describe('a chat goes on', () => {
  deskTest('after a reload in the middle, with what was being typed', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await lucia.sees('Ana Torres le atiende.');
    await lucia.say('Segundo');
    await lucia.box.pressSequentially('A medio escr');
    await lucia.page.reload();
    await lucia.sees('Segundo');
    await expect.poll(() => lucia.box.inputValue()).toBe('A medio escr');
    await expect.poll(() => lucia.said()).toEqual(['Hola', 'Segundo']);

    await ana.goTo('Lucía');
    await ana.page.reload();
    await ana.sees('Segundo');
    await ana.say('Aquí sigo');
    await lucia.sees('Aquí sigo');
    await lucia.box.press('Enter');
    await ana.sees('A medio escr');
  });

  deskTest('on another page of the site, which the agent sees', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    await lucia.page.getByRole('link', { name: 'Otra página' }).click();
    await lucia.page.waitForURL('**/otra');
    await lucia.sees('Ana Torres le atiende.');
    await ana.card.getByText('/otra').waitFor();
    await lucia.say('Ahora estoy aquí');
    await ana.sees('Ahora estoy aquí');
    await lucia.page.goto('about:blank');
    await ana.card.getByText('Salió de la página').waitFor();
  });

  deskTest('in two tabs: one chat, the same log, one socket; the second goes on alone', async (desk) => {
    const ana = await desk.agent('ana');
    const page = await desk.page();
    let sockets = 0;
    page.context().on('page', (tab) => tab.on('websocket', () => sockets++));
    page.on('websocket', () => sockets++);
    await page.goto(desk.host.origin);
    const one = new Visitor('Lucía', page);
    await one.ask('Desde la primera');
    await one.sees('Ana Torres le atiende.');
    const two = one.inTab(await page.context().newPage());
    await two.page.goto(desk.host.origin);
    await two.open();
    await two.sees('Desde la primera');
    await two.say('Desde la segunda');
    await one.sees('Desde la segunda');
    await ana.goTo('Lucía');
    await ana.say('Veo las dos');
    await Promise.all([one.sees('Veo las dos'), two.sees('Veo las dos')]);
    const log = ['Desde la primera', 'Desde la segunda', 'Veo las dos'];
    expect([await one.said(), await two.said()]).toEqual([log, log]);
    expect(sockets).toBe(1);
    await one.page.close();
    await two.say('Sigo sola');
    await ana.sees('Sigo sola');
    await expect.poll(() => ana.said()).toEqual([...log, 'Sigo sola']);
  });

  deskTest('when the server is killed and started again while both write', async (desk) => {
    desk.expected = /WebSocket connection|ERR_CONNECTION_REFUSED|Failed to load resource/;
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    const mine = Array.from({ length: 12 }, (_, i) => `Lucía ${i + 1}.`);
    const theirs = Array.from({ length: 12 }, (_, i) => `Ana ${i + 1}.`);
    const write = async (who: typeof ana | typeof lucia, texts: string[]) => {
      for (const text of texts) await who.say(text);
    };
    const killing = (async () => {
      await ana.sees('Lucía 2.');
      await desk.server.kill();
    })();
    await Promise.all([write(lucia, mine.slice(0, 8)), write(ana, theirs.slice(0, 8)), killing]);
    await lucia.text('Sin conexión. Reconectando…').waitFor();
    await ana.page.getByText('Se perdió la conexión.').waitFor();
    await write(lucia, mine.slice(8, 10));
    await write(ana, theirs.slice(8, 10));
    await lucia.window.getByRole('img', { name: 'Pendiente de enviar' }).first().waitFor();

    await desk.server.start();
    await lucia.text('Sin conexión. Reconectando…').waitFor({ state: 'detached' });
    await ana.page.getByText('Conectado').waitFor();
    await write(lucia, mine.slice(10));
    await write(ana, theirs.slice(10));
    await Promise.all([lucia.sees('Ana 12.'), ana.sees('Lucía 12.')]);
    await lucia.window.getByRole('img', { name: 'Pendiente de enviar' }).first().waitFor({ state: 'detached' });
    await ana.log
      .getByText(/Enviando|Por enviar/)
      .first()
      .waitFor({ state: 'detached' });

    // Nothing lost, nothing twice, each in the order in which it was written, and one log for both.
    const log = await lucia.said();
    await expect.poll(() => ana.said()).toEqual(log);
    expect(log.filter((text) => text.startsWith('Lucía'))).toEqual(mine);
    expect(log.filter((text) => text.startsWith('Ana'))).toEqual(theirs);
    expect(log).toHaveLength(25);
    await lucia.page.reload();
    await lucia.sees('Ana 12.');
    await expect.poll(() => lucia.said()).toEqual(log);
  });
});

/** Hours that are over three hours away, whenever this runs: a quarter of an hour each day. */
const opening = (() => {
  const zone = 'America/Mexico_City';
  const hourOf = (at: number) =>
    Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(at));
  const hour = (hourOf(Date.now()) + 4) % 24;
  const two = String(hour).padStart(2, '0');
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} = ["${two}:30-${two}:45"]`);
  const day = (locale = 'es') =>
    new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(hourOf(Date.now()) > hour ? 1 : 0, 'day');
  return { hour, days: days.join('\n'), day };
})();

describe('nobody at the desk', () => {
  deskTest('phones, hours, ticket and what was typed; and it changes by itself', async (desk) => {
    const lucia = await desk.visitor('Lucía');
    await lucia.open();
    await lucia.text('En este momento no hay nadie en línea.').waitFor();
    await lucia.hears('offline', { channel: 'soporte' });
    const ana = await desk.agent('ana');
    await lucia.window.getByLabel('Escriba su mensaje').fill('Mi pregunta & más');

    await ana.set('Fuera');
    await lucia.text('En este momento no hay nadie en línea.').waitFor();
    await lucia.text('Mi pregunta & más').waitFor();
    const phones = lucia.window.getByRole('list', { name: 'Llámenos' }).getByRole('link');
    await expect
      .poll(() => phones.evaluateAll((links) => links.map((link) => link.getAttribute('href'))))
      .toEqual(['tel:+522226996524', 'tel:+522226443335', 'tel:8000873391']);
    const hours = lucia.window.getByRole('list', { name: 'Llámenos' }).getByRole('listitem').locator('small');
    await expect.poll(() => hours.allTextContents()).toEqual(Array(3).fill('lun. a vie. 9:00–18:00, sáb. 9:00–14:00'));
    // The chats have no hours: nobody can say when somebody will come.
    expect(await lucia.text(/^Abrimos/).count()).toBe(0);
    const ticket = await lucia.window.getByRole('link', { name: 'Dejar un ticket' }).getAttribute('href');
    expect(ticket).toBe(`${desk.server.origin}/ticket#comments=Mi+pregunta+%26+m%C3%A1s`);

    await ana.set('En línea');
    await expect.poll(() => lucia.window.getByLabel('Escriba su mensaje').inputValue()).toBe('Mi pregunta & más');
    await lucia.ask('Mi pregunta & más');
    await lucia.sees('Ana Torres le atiende.');
  });

  deskTest(
    'when the chat opens, by the clock of the site and not of the visitor',
    async (desk) => {
      const lucia = await desk.visitor('Lucía', { timezoneId: 'Asia/Tokyo' });
      // That somebody is there changes nothing outside the hours.
      await desk.agent('ana');
      await lucia.open();
      const opens = lucia.window.getByText(/^(Abrimos|We open)/);
      await expect.poll(() => opens.textContent()).toBe(`Abrimos ${opening.day()}, ${opening.hour}:30`);
      await lucia.call('setLocale', 'en');
      await expect.poll(() => opens.textContent()).toBe(`We open ${opening.day('en')}, ${opening.hour}:30`);
    },
    {
      '[hours.oficina]': `[hours.noche]\n${opening.days}\n\n[hours.oficina]`,
      'name = "Soporte Técnico"\nchannel': 'name = "Soporte Técnico"\nhours = "noche"\nchannel',
      'name = "Soporte Contable"\nchannel': 'name = "Soporte Contable"\nhours = "noche"\nchannel',
    },
  );

  deskTest('an agent who leaves gives the visitor back, who keeps the place', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await lucia.sees('Ana Torres le atiende.');
    const beto = await desk.console('beto');
    await beto.signIn();
    await ana.state('Fuera').click();
    await ana.dialog.getByRole('button', { name: 'Salir de línea' }).click();
    await lucia.sees('Su agente se desconectó. Usted conserva su lugar.');
    await lucia.text('Es el 1.º en la fila.').waitFor();
    await beto.set('En línea');
    await lucia.sees('Beto Ruiz le atiende.');
  });
});
