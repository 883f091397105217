/** Tickets without a script, in a browser that has none: the form, its errors, the ticket, an answer. */
import { expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { Requester, wanted } from './support/tickets.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');

deskTest('a ticket is sent, corrected, followed and answered', async (desk) => {
  // A page with errors comes with the status 422, which the browser's console tells of.
  desk.expected = /status of 422/;
  const lucia = await Requester.create(desk, { javaScriptEnabled: false });
  const { page } = lucia;
  await page.goto(`${desk.server.origin}/ticket`);
  await lucia.fill({ ...wanted, rfc: 'GODE561231', subject: 'No puedo timbrar "desde" <ayer>' });
  await lucia.field('priority').selectOption('high');
  await lucia.field('files').setInputFiles({ name: 'captura ñ.png', mimeType: 'image/png', buffer: png });
  await lucia.field('code').fill('no');
  await lucia.send();

  // Every error at its field, and nothing is lost.
  await page.getByRole('alert').getByText('Falta corregir lo siguiente:').waitFor();
  await page.getByRole('alert').getByRole('link', { name: 'RFC: Revise el RFC' }).waitFor();
  await page.getByRole('alert').getByRole('link', { name: 'Código de verificación: ' }).waitFor();
  await lucia.error('rfc').getByText('Revise el RFC').waitFor();
  await lucia.error('captcha').getByText('No coincide.').waitFor();
  const fields = ['email', 'rfc', 'department', 'priority', 'subject', 'comments'] as const;
  await expect
    .poll(() => Promise.all(fields.map((field) => lucia.field(field).inputValue())))
    .toEqual([
      wanted.email,
      'GODE561231',
      wanted.department,
      'high',
      'No puedo timbrar "desde" <ayer>',
      wanted.comments,
    ]);
  await expect.poll(() => page.getByLabel('captura ñ.png').isChecked()).toBe(true);

  await lucia.field('rfc').fill(wanted.rfc);
  const number = await lucia.submit();
  const { pathname } = new URL(page.url());
  expect(pathname).toBe(`/ticket/${number}`);

  await page.locator(`a.button[href^="${pathname}?key="]`).click();
  await page.waitForURL((url) => url.pathname === pathname && !url.searchParams.has('sent'));
  await page.getByRole('heading', { name: 'No puedo timbrar "desde" <ayer>' }).waitFor();
  await lucia.talk.getByText('1. Abro la factura.').waitFor();
  await lucia.talk.getByRole('link', { name: 'captura ñ.png' }).waitFor();

  await lucia.answer('Ya lo intenté otra vez.');
  await expect.poll(() => lucia.field('answer').inputValue()).toBe('');
  await lucia.button('Quedó solucionado, cerrar').click();
  await page.locator('[data-state=solved]').waitFor();
});
