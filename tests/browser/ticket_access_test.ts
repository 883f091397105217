/** Tickets for everybody: axe in every state of the form, the page, the widget's form and the console; and hostile text. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { expectAccessible } from './support/browser.ts';
import { type Desk, deskTest } from './support/desk.ts';
import { expectHarmless, hostile } from './support/harmless.ts';
import { picture } from './support/picture.ts';
import { TicketConsole } from './support/ticket_console.ts';
import { Requester, refusal, wanted } from './support/tickets.ts';

const phone = { width: 390, height: 780 };
const wide = { width: 1280, height: 800 };

/** What is shown now, also on a phone. */
async function look(page: Page, state: string): Promise<void> {
  await expectAccessible(page, state);
  await page.setViewportSize(phone);
  await expectAccessible(page, `${state}, phone`);
  await page.setViewportSize(wide);
}

/** A ticket with all that one may hold: from the form, with a file, answered, noted, pending. */
async function fullTicket(desk: Desk, requester: Requester): Promise<string> {
  await requester.openForm();
  await requester.fill();
  await requester
    .field('files')
    .setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: picture(64, 48) }]);
  await requester.page.getByRole('link', { name: 'pantalla.png' }).or(requester.page.locator('.upload img')).waitFor();
  const number = await requester.submit();
  const ana = await desk.agent('ana');
  const tickets = new TicketConsole(ana);
  await tickets.open(number);
  await tickets.note('Avisar a contabilidad');
  await tickets.answerAnd('Enviar y dejar pendiente', '¿Qué tipo de comprobante es?');
  await ana.page.close();
  return number;
}

describe('axe finds nothing', () => {
  for (const locale of ['es-MX', 'en']) {
    deskTest(`in the form and the requester’s page, ${locale}`, async (desk) => {
      const lucia = await Requester.create(desk, { locale });
      const { page } = lucia;
      await lucia.openForm();
      await look(page, 'form, empty');
      await lucia.send();
      await lucia.error('captcha').waitFor();
      await look(page, 'form, wrong');
      await lucia.fill();
      await lucia
        .field('files')
        .setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: picture(64, 48) }]);
      await page.locator('.upload img').waitFor();
      await look(page, 'form, filled');
      const number = await lucia.submit();
      await look(page, 'sent');
      await lucia.followMail(number);
      await look(page, 'requester’s page');
      await lucia.button(lucia.words.sendAnswer).click();
      await lucia.error('text').waitFor();
      await look(page, 'answer, wrong');
      await lucia.answer('Otra cosa');
      await look(page, 'requester’s page, answered');
    });

    deskTest(`in the widget’s form, ${locale}`, async (desk) => {
      desk.host.attributes = `data-locale="${locale}"`;
      const visitor = await desk.visitor('Lucía');
      const lucia = locale === 'en' ? visitor.inEnglish() : visitor;
      await lucia.open();
      const form = await lucia.leaveTicket(desk.server);
      await lucia.window.locator('.code canvas[aria-busy=false]').waitFor();
      await look(lucia.page, 'widget’s form, empty');
      const send = lucia.window.locator('.ticket button.main');
      await send.click();
      await form.error('captcha').and(lucia.window.locator('.error')).waitFor();
      await look(lucia.page, 'widget’s form, wrong');
      for (const name of ['email', 'rfc', 'subject', 'comments'] as const) {
        await lucia.window.locator(`.ticket [name=${name}]`).fill(wanted[name]);
      }
      await lucia.window.locator('.ticket [name=department]').selectOption(wanted.department);
      await form.files.setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: picture(64, 48) }]);
      await lucia.window.getByText('pantalla.png').waitFor();
      await look(lucia.page, 'widget’s form, filled');
      await form.solve(locale === 'en' ? 'Code in the picture' : undefined);
      await send.click();
      await form.sent();
      await look(lucia.page, 'widget’s form, sent');
    });

    deskTest(`in the console’s tickets, ${locale}`, async (desk) => {
      const number = await fullTicket(desk, await Requester.create(desk));
      const sofia = await desk.agent('sofia');
      const { page } = sofia;
      const show = async (path: string, there: string) => {
        await page.goto(`${desk.server.origin}/agent#/tickets${path}`);
        await page.locator(there).first().waitFor();
      };
      await sofia.button('Ajustes y sesión').click();
      await page.getByRole('radio', { name: locale === 'en' ? 'English' : 'Español' }).check();
      await page.keyboard.press('Escape');
      await show('?q=nada', '.nothing');
      await look(page, 'list, nothing found');
      await show('?view=all', '.ticket-link');
      await look(page, 'list');
      await page.locator('.pick-box input').first().check();
      await look(page, 'list, picked');
      await show(`/${number}`, '.ticket-log .bubble');
      await look(page, 'ticket');
      await page.getByRole('radio', { name: locale === 'en' ? 'Note' : 'Nota', exact: true }).check({ force: true });
      await page.locator('#ticket-composer').fill('Una nota');
      await look(page, 'writing a note');
      await page.getByRole('button', { name: locale === 'en' ? 'Merge' : 'Fusionar', exact: true }).click();
      await sofia.dialog.waitFor();
      await expectAccessible(page, 'merge');
      await page.keyboard.press('Escape');
      await show('?view=all', '.ticket-link');
      for (const [name, title] of [
        ['phone', locale === 'en' ? 'New ticket' : 'Nuevo ticket'],
        ['saved replies', locale === 'en' ? 'Saved replies' : 'Respuestas guardadas'],
      ] as const) {
        await sofia.button(title).click();
        await sofia.dialog.waitFor();
        await look(page, name);
        await page.keyboard.press('Escape');
        await sofia.dialog.waitFor({ state: 'detached' });
      }
    });
  }
});

describe('hostile text', () => {
  deskTest('stays text in a ticket, from the form to the console', async (desk) => {
    desk.expected = refusal;
    const file = '<img src=x onerror=window.pwned=1>\u202Egnp.txt';
    const subject = '<img src=x onerror="window.pwned = 1">\u202E {{constructor}}';
    const comments = hostile.join('\n');
    const lucia = await Requester.create(desk);
    await lucia.openForm(
      `#comments=${encodeURIComponent(hostile[1] as string)}&email=${encodeURIComponent('"><script>')}`,
    );
    await expect.poll(() => lucia.field('comments').inputValue()).toBe(hostile[1]);
    await lucia.fill({ ...wanted, subject, comments, rfc: '<script>window.pwned = 1</script>' });
    await lucia.field('files').setInputFiles([{ name: file, mimeType: 'text/plain', buffer: Buffer.from('texto') }]);
    await lucia.send();
    await lucia.error('rfc').waitFor();
    await expectHarmless(lucia.page);
    await lucia.fill({ rfc: wanted.rfc });
    const number = await lucia.submit();
    await expect.poll(() => lucia.page.locator('.said').textContent()).toBe(comments);
    await expectHarmless(lucia.page);
    await lucia.followMail(number);
    await expect.poll(() => lucia.page.locator('h1').textContent()).toBe(subject);
    await expect.poll(() => lucia.talk.locator('.said').textContent()).toBe(comments);
    await lucia.page.getByRole('link', { name: 'onerror' }).waitFor();
    await expectHarmless(lucia.page);
    await lucia.page.setViewportSize(phone);
    await expectHarmless(lucia.page);

    const ana = await desk.agent('ana');
    const tickets = new TicketConsole(ana);
    await tickets.openList();
    await tickets.row('onerror').waitFor();
    await expectHarmless(ana.page);
    await tickets.open(number);
    await expect
      .poll(() => ana.page.getByRole('region', { name: number }).getByRole('heading').first().textContent())
      .toBe(subject);
    await expect.poll(() => tickets.talk.locator('.text').first().textContent()).toBe(comments);
    await tickets.talk.getByText('onerror=window.pwned=1').first().waitFor();
    await tickets.answer(hostile[0] as string);
    await tickets.note(hostile[1] as string);
    for (const width of [1280, 768, 390]) {
      await ana.page.setViewportSize({ width, height: 800 });
      await expectHarmless(ana.page);
    }
    await lucia.returns();
    await lucia.talk
      .getByText(hostile[0] as string)
      .first()
      .waitFor();
    await expectHarmless(lucia.page);
  });

  deskTest('stays text in the widget’s form and in a file’s name', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    const name = '<img src=x onerror=window.pwned=1>.txt';
    await lucia.ask(hostile[1] as string, 'soporte-tecnico');
    await lucia.sees('Ana Torres le atiende.');
    const one = { name, mimeType: 'text/plain', buffer: Buffer.from('texto') };
    await lucia.window.getByLabel('Adjuntar archivo').setInputFiles([one]);
    await lucia.log.getByRole('button', { name: 'onerror' }).waitFor();
    await ana.goTo('Lucía');
    await ana.log.getByRole('link', { name: 'onerror' }).waitFor();
    await expectHarmless(ana.page);
    await expectHarmless(lucia.page);

    // Nobody is there any more: the form holds what was said.
    const omar = await desk.visitor('Omar');
    await omar.open();
    await omar.window.getByLabel('Escriba su mensaje').fill(hostile.join('\n'));
    await ana.page.close();
    await desk.agent('luis');
    await omar.text('En este momento no hay nadie en línea.').waitFor();
    const form = await omar.leaveTicket(desk.server);
    await expect.poll(() => form.field('Comentarios (opcional)').inputValue()).toBe(hostile.join('\n'));
    await form.files.setInputFiles([one]);
    await omar.window.getByRole('button', { name: 'onerror' }).waitFor();
    await form.field('Asunto').fill(hostile[2] as string);
    await omar.button('Enviar ticket').click();
    await form.error('rfc').getByText('Este dato hace falta.').waitFor();
    await expectHarmless(omar.page);
  });
});
