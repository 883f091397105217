/** The pictures in docs/screenshots, taken of the real server: `npm run shots`, then look at each of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe } from 'vitest';
import { type Desk, deskTest } from './support/desk.ts';
import { holdChats } from './support/history.ts';
import { root } from './support/paths.ts';
import { picture } from './support/picture.ts';
import { oneAtATime } from './support/server.ts';
import { TicketConsole } from './support/ticket_console.ts';
import { Requester, refusal, wanted } from './support/tickets.ts';

const folder = join(root, 'docs/screenshots');
mkdirSync(folder, { recursive: true });

async function shot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // What is fixed to the window would lie across the middle of a page that is taken as a whole.
  await page.locator('ventanilla-widget').evaluateAll((all, whole) => {
    for (const one of all) (one as HTMLElement).hidden = whole;
  }, fullPage);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', fullPage });
}

const looks: Record<string, BrowserContextOptions> = {
  '': {},
  '-dark': { colorScheme: 'dark' },
  '-phone': { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
};

describe('the contact page', () => {
  deskTest('light, dark, on a phone', async (desk) => {
    await Promise.all([desk.agent('ana'), desk.agent('luis')]);
    for (const [look, options] of Object.entries(looks)) {
      const page = await desk.page({ viewport: { width: 1280, height: 1000 }, ...options });
      await page.goto(desk.server.origin);
      await page.getByRole('button', { name: 'Iniciar chat' }).first().waitFor();
      await shot(page, `page${look}`);
    }
  });
});

describe('the widget', () => {
  for (const [look, options] of Object.entries(looks)) {
    const walk = async (desk: Desk) => {
      desk.expected = /WebSocket connection|ERR_CONNECTION_REFUSED|Failed to load resource/;
      const ana = await desk.console('ana');
      await ana.signIn();
      const lucia = await desk.visitor('Lucía Gómez', { viewport: { width: 820, height: 660 }, ...options });
      const take = (state: string) => shot(lucia.page, `widget-${state}${look}`);
      await lucia.open();
      await lucia.text('En este momento no hay nadie en línea.').waitFor();
      await take('offline');
      await ana.set('En línea');
      await lucia.window.getByLabel('Escriba su mensaje').fill('Buenas tardes. No puedo timbrar una factura.');
      await take('message');
      await lucia.button('Continuar').click();
      await lucia.window.getByLabel('Nombre').fill('Lucía Gómez');
      await lucia.button('Iniciar chat').click();
      await take('who');
      await lucia.button('Cambiar: Mensaje').click();
      const omar = await desk.visitor('Omar Ríos');
      await holdChats(omar.page, desk.server.origin, 'soporte-tecnico', 5);
      await omar.ask('Una pregunta breve', 'soporte-tecnico');
      await omar.sees('Ana Torres le atiende.');
      await lucia.ask('Buenas tardes. No puedo timbrar una factura.', 'soporte-tecnico');
      await lucia.text('Es el 1.º en la fila.').waitFor();
      await take('waiting');
      await ana.goTo('Omar');
      await ana.close();
      await ana.goTo('Lucía Gómez');
      await ana.say('Buenas tardes, Lucía. Con gusto le ayudo. ¿Qué mensaje le aparece al timbrar?');
      await lucia.sees('¿Qué mensaje');
      await lucia.say('«CFDI40108: el TipoDeComprobante no es I». Es una nota de crédito.');
      await ana.sees('CFDI40108');
      await ana.composer.pressSequentially('Entiendo');
      await lucia.text('Ana Torres está escribiendo…').waitFor();
      await lucia.log.getByRole('img', { name: 'Leído' }).nth(1).waitFor();
      await take('talk');
      await ana.composer.press('Enter');
      await lucia.sees('Entiendo');
      await lucia.button('Minimizar').click();
      await ana.say('Cambie el tipo de comprobante a «E» (egreso) y vuelva a timbrar.');
      await lucia.page.locator('ventanilla-widget .badge').waitFor();
      await take('unread');
      await lucia.open();
      await desk.server.kill();
      await lucia.text('Reconectando…').waitFor();
      await lucia.say('¡Ya quedó! Muchas gracias.');
      await take('reconnecting');
      await desk.server.start();
      await lucia.text('Reconectando…').waitFor({ state: 'detached' });
      await ana.sees('¡Ya quedó!');
      await ana.close();
      await lucia.sees('El chat ha terminado.');
      await lucia.window.getByRole('radio', { name: '5 Excelente' }).check({ force: true });
      await take('ended');
    };
    deskTest(`in each state${look}`, walk, oneAtATime);
  }

  deskTest('in English', async (desk) => {
    desk.host.attributes = 'data-locale="en"';
    const ana = await desk.agent('ana');
    const lucy = (await desk.visitor('Lucy Gómez', { viewport: { width: 820, height: 660 } })).inEnglish();
    await lucy.ask('Good afternoon. I cannot stamp an invoice.');
    await ana.goTo('Lucy Gómez');
    await ana.say('Good afternoon, Lucy. Which message do you get?');
    await lucy.sees('Which message');
    await shot(lucy.page, 'widget-talk-en');
  });
});

const sizes = { '': [1280, 800], '-768': [768, 1024], '-390': [390, 780] } as const;

describe('the console', () => {
  deskTest('wide, middle, narrow; light and dark', async (desk) => {
    const ana = await desk.console('ana');
    const both = async (name: string, which: (keyof typeof sizes)[] = ['', '-768', '-390']) => {
      for (const size of which) {
        const [width, height] = sizes[size];
        await ana.page.setViewportSize({ width, height });
        for (const colorScheme of ['light', 'dark'] as const) {
          await ana.page.emulateMedia({ colorScheme });
          await shot(ana.page, `${name}${size}${colorScheme === 'dark' ? '-dark' : ''}`);
        }
      }
      await ana.page.emulateMedia({ colorScheme: 'light' });
      await ana.page.setViewportSize({ width: 1280, height: 800 });
    };
    await both('console-door', ['']);
    await ana.signIn();
    await ana.set('En línea');
    const people = ['Lucía Gómez', 'Omar Ríos', 'María José Páez', 'Luis Hernández', 'Pedro Núñez', 'Carmen Solís'];
    const questions = [
      'Buenas tardes. No puedo timbrar una factura.',
      '¿Cómo cancelo un CFDI del mes pasado?',
      'No me llegó el correo con mi factura',
      '¿Dónde subo mis certificados?',
      'Me urge: el portal dice «sesión expirada»',
      '¿Cómo cambio mi contraseña?',
    ];
    const visitors = [];
    for (const [i, name] of people.entries()) {
      const visitor = await desk.visitor(name);
      await visitor.ask(questions[i] as string, 'soporte-tecnico');
      await visitor.text(i < 4 ? 'Ana Torres le atiende.' : 'en la fila').waitFor();
      visitors.push(visitor);
    }
    const [lucia, omar] = visitors;
    await desk.agent('beto');
    await ana.goTo('Omar');
    await ana.say('Con gusto. ¿Me comparte el folio fiscal?');
    await omar?.say('Claro, ahora lo busco');
    await ana.goTo('Lucía');
    await ana.say('Buenas tardes, Lucía. ¿Qué mensaje le aparece al timbrar?');
    await lucia?.say('«CFDI40108: el TipoDeComprobante no es I»');
    await ana.sees('CFDI40108');
    await ana.composer.press('Alt+n');
    await ana.say('Es una nota de crédito: revisar con contabilidad si vuelve a pasar.');
    await ana.sees('revisar con contabilidad');
    await ana.composer.press('Alt+n');
    await ana.say('Cambie el tipo de comprobante a «E» (egreso) y vuelva a timbrar, por favor.');
    await lucia?.sees('(egreso)');
    await lucia?.box.pressSequentially('Voy a probar, deme un min');
    await ana.log.getByText('deme un min').waitFor();
    await both('console');
    await ana.page.setViewportSize({ width: 390, height: 780 });
    await ana.page.getByRole('button', { name: 'Volver a la lista' }).click();
    await shot(ana.page, 'console-list-390');
    await ana.goTo('Lucía');
    await ana.page.getByRole('button', { name: 'Ficha del visitante' }).click();
    await shot(ana.page, 'console-card-390');
    await ana.page.keyboard.press('Alt+i');
    await ana.page.setViewportSize({ width: 1280, height: 800 });
    await ana.page.keyboard.press('Alt+t');
    await ana.dialog.waitFor();
    await both('console-transfer', ['']);
    await ana.page.keyboard.press('Escape');
    await ana.card.getByRole('button', { name: '¿Por qué?' }).click();
    await ana.dialog.getByRole('table').first().waitFor();
    await both('console-why', ['']);
    await ana.page.keyboard.press('Escape');
    await ana.close();
    await ana.findPast('timbrar', 'Lucía');
    await ana.sees('(egreso)');
    await ana.button('Cerrar').click();
    await both('console-history', ['']);
  });
});

const screenshot = { name: 'pantalla.png', mimeType: 'image/png', buffer: picture(320, 200) };

describe('tickets', () => {
  for (const [look, options] of Object.entries(looks)) {
    deskTest(`the form and the requester’s page${look}`, async (desk) => {
      desk.expected = refusal;
      const lucia = await Requester.create(desk, { viewport: { width: 1280, height: 900 }, ...options });
      const { page } = lucia;
      await lucia.openForm();
      await shot(page, `ticket-form${look}`, true);
      await lucia.fill({ email: 'lucia@', rfc: 'GODE561331GR8', comments: wanted.comments });
      await lucia.send();
      await lucia.error('captcha').waitFor();
      await page.evaluate(() => scrollTo(0, 0));
      await shot(page, `ticket-form-errors${look}`, true);
      await lucia.openForm();
      await lucia.fill();
      await lucia.field('files').setInputFiles([screenshot]);
      await page.locator('.upload').getByText('Listo').waitFor();
      await shot(page, `ticket-form-filled${look}`, true);
      const number = await lucia.submit();
      await shot(page, `ticket-sent${look}`, true);
      const tickets = new TicketConsole(await desk.agent('ana'));
      await tickets.open(number);
      await tickets.answer('Gracias por la imagen. ¿Es una factura o una nota de crédito?');
      await lucia.followMail(number);
      await lucia.answer('Es una nota de crédito.');
      await tickets.answerAnd('Enviar y dejar pendiente', 'Cambie el tipo a «E» (egreso) y vuelva a timbrar.');
      await lucia.followMail(number);
      await lucia.talk.getByText('(egreso)').waitFor();
      await shot(page, `ticket-page${look}`, true);
    });

    deskTest(`the form in the widget${look}`, async (desk) => {
      const lucia = await desk.visitor('Lucía Gómez', { viewport: { width: 820, height: 660 }, ...options });
      await lucia.open();
      const form = await lucia.leaveTicket(desk.server);
      await lucia.window.locator('.code canvas[aria-busy=false]').waitFor();
      await shot(lucia.page, `widget-ticket${look}`);
      await lucia.button('Enviar ticket').click();
      await form.error('captcha').getByText('Este dato hace falta.').waitFor();
      await shot(lucia.page, `widget-ticket-errors${look}`);
      await form.field('Correo electrónico').fill(wanted.email);
      await form.field('RFC').fill(wanted.rfc);
      await form.field('Departamento').selectOption(wanted.department);
      await form.field('Asunto').fill(wanted.subject);
      await form.files.setInputFiles([screenshot]);
      await lucia.text('Listo').waitFor();
      await form.solve();
      await shot(lucia.page, `widget-ticket-filled${look}`);
      await lucia.button('Enviar ticket').click();
      await form.sent();
      await shot(lucia.page, `widget-ticket-sent${look}`);
    });
  }
});
