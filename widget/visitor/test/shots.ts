/**
 * Walks a real browser through every state of the widget and takes its picture,
 * and has axe look at it: `npm run shots -- DIR`, after a build. Ends with a list of problems, or none.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { serve } from './serve.ts';

const dir = process.argv[3] ?? 'shots';
mkdirSync(dir, { recursive: true });
const { url, fake, stop, requests } = await serve();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const problems: string[] = [];

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 680 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    // The desk refuses one ticket on purpose.
    if (/status of 422/.test(message.text())) return;
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(url);
  await page.locator('ventanilla-widget').waitFor({ state: 'attached' });
  return page;
}

const shot = async (page: Page, name: string) => {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${dir}/${name}.png` });
  const found = await page.evaluate<{ id: string; nodes: string }[]>(axe);
  for (const { id, nodes } of found) problems.push(`${name}: axe ${id}: ${nodes}`);
};

// Through the debugger, for the page's own policy lets no other script in.
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axe = `(async () => {
  if (!window.axe) { ${source} }
  const { violations } = await axe.run();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html).join(' ').slice(0, 300) }));
})()`;

async function walk(kind: string, options: BrowserContextOptions): Promise<void> {
  const page = await open(options);
  const named = (name: string) => `${kind}-${name}`;
  await shot(page, named('1-closed'));
  await page.getByRole('button', { name: 'Chat de Soporte' }).click();
  await shot(page, named('2-first'));
  await page.getByRole('button', { name: 'Continuar' }).click();
  await shot(page, named('2-first-wrong'));
  await page.getByLabel('Escriba su mensaje').fill('Hola, no puedo timbrar una factura.\nMe sale «CFDI40108».');
  await page.keyboard.press('Enter');
  await page.getByLabel('Nombre').fill('Lucía Gómez');
  await page.getByRole('button', { name: 'Iniciar chat' }).click();
  await shot(page, named('3-details-wrong'));
  await page.getByLabel('Correo electrónico').fill('lucia@example.mx');
  await page.getByLabel('Departamento').selectOption('any');
  await page.getByRole('button', { name: 'Iniciar chat' }).click();
  await page.getByText('Es el 3.º en la fila').waitFor();
  await page.getByLabel('Mensaje', { exact: true }).fill('Es urgente, por favor');
  await page.keyboard.press('Enter');
  await shot(page, named('4-waiting'));
  const { id } = fake.room.chat;
  fake.assign(id);
  fake.say(id, 'Buenas tardes, Lucía. Soy Ana. Con gusto le ayudo.');
  fake.say(id, '¿Me comparte el RFC del receptor?');
  fake.readByAgent(id);
  await page.getByLabel('Mensaje', { exact: true }).fill('XAXX010101000 <img src=x onerror=alert(1)>');
  await page.keyboard.press('Enter');
  fake.typing(id, true);
  await shot(page, named('5-talk'));
  await page.getByRole('button', { name: 'Terminar el chat' }).click();
  await shot(page, named('5-talk-end'));
  await page.getByRole('button', { name: 'No, seguir' }).click();
  fake.silent = true;
  fake.cut();
  await page.getByLabel('Mensaje', { exact: true }).fill('¿Sigue ahí?');
  await page.keyboard.press('Enter');
  await shot(page, named('6-reconnecting'));
  fake.silent = false;
  fake.cut();
  await page.getByText('Reconectando').waitFor({ state: 'detached', timeout: 40_000 });
  await page.getByRole('button', { name: 'Minimizar' }).click();
  fake.say(id, 'Aquí sigo.');
  await shot(page, named('7-unread'));
  await page.reload();
  await page.getByRole('button', { name: 'Chat de Soporte' }).click();
  fake.end(id);
  await shot(page, named('8-ended'));
  await page.getByRole('radio', { name: '4 Bien' }).check({ force: true });
  await shot(page, named('8-ended-rating'));
  await page.getByRole('button', { name: 'Enviar opinión' }).click();
  await page.getByRole('button', { name: 'Recibir la conversación' }).click();
  await shot(page, named('8-ended-rated'));
  await page.getByRole('button', { name: 'Nuevo chat' }).click();
  await page.getByLabel('Escriba su mensaje').fill('Otra pregunta');
  fake.setChannel('soporte', { state: 'closed', opens_at: Date.now() + 20 * 3600_000 });
  await shot(page, named('9-offline'));
  await page.evaluate(() => (window as never as { ventanilla(...a: string[]): void }).ventanilla('setLocale', 'en'));
  await shot(page, named('9-offline-en'));
  fake.setChannel('soporte', { state: 'open', opens_at: null });
  await page
    .getByRole('button', { name: 'Chat de Ventas' })
    .click({ force: true })
    .catch(() => undefined);
  await shot(page, named('10-both'));
  await page.context().close();
}

/** The ticket form in each of its states, and a file in a chat, from the built files under the strict policy. */
async function parts(kind: string, options: BrowserContextOptions): Promise<void> {
  const page = await open(options);
  const english = kind === 'en';
  if (english) {
    await page.evaluate(() => (window as never as { ventanilla(...a: string[]): void }).ventanilla('setLocale', 'en'));
  }
  const named = (name: string) => `${kind}-${name}`;
  const file = { name: 'captura.png', mimeType: 'image/png', buffer: Buffer.from('x'.repeat(2048)) };
  await page.getByRole('button', { name: 'Chat de Soporte' }).click();
  const first = english ? 'Write your message' : 'Escriba su mensaje';
  await page.getByLabel(first).fill('No puedo timbrar <img src=x onerror=alert(1)>');
  fake.setChannel('soporte', { state: 'closed', opens_at: Date.now() + 20 * 3600_000 });
  await page.getByRole('link', { name: english ? 'Leave a ticket' : 'Dejar un ticket' }).click();
  const form = page.locator('form.ticket');
  await form.locator('option[value=pagos]').waitFor({ state: 'attached' });
  await form.locator('canvas[data-of]').waitFor();
  await shot(page, named('11-ticket'));
  const send = form.getByRole('button', { name: english ? 'Send ticket' : 'Enviar ticket' });
  await send.click();
  await shot(page, named('11-ticket-wrong'));
  await form.locator('[name=email]').fill('lucia@example.mx');
  await form.locator('[name=rfc]').fill('EKU9003173C8');
  await form.locator('[name=department]').selectOption('pagos');
  await form.locator('[name=subject]').fill('No puedo timbrar');
  await form.locator('input[type=file]').setInputFiles(file);
  await form.getByText('captura.png').waitFor();
  await form.getByRole('button', { name: english ? 'Listen to the code' : 'Escuchar el código' }).click();
  await form.locator('.captcha').fill('482130');
  await shot(page, named('11-ticket-filled'));
  await send.click();
  await form.getByText('El código no coincide.').waitFor();
  await shot(page, named('11-ticket-refused'));
  await form.locator('.captcha').fill('482131');
  await send.click();
  await form.getByRole('heading', { name: 'T-000123' }).waitFor();
  await shot(page, named('12-ticket-sent'));
  fake.setChannel('soporte', { state: 'open', opens_at: null });
  await page.getByRole('button', { name: english ? 'Back to the chat' : 'Volver al chat' }).click();
  await page.getByLabel(first).fill('Hola');
  await page.keyboard.press('Enter');
  await page.getByLabel(english ? 'Name' : 'Nombre').fill('Lucía');
  await page.getByLabel(english ? 'E-mail' : 'Correo electrónico').fill('lucia@example.mx');
  await page.getByLabel(english ? 'Department' : 'Departamento').selectOption('any');
  await page.keyboard.press('Enter');
  await page.getByText(english ? 'number 3 in line' : 'Es el 3.º en la fila').waitFor();
  fake.assign(fake.room.chat.id);
  await page.getByLabel(english ? 'Attach file' : 'Adjuntar archivo').setInputFiles(file);
  await page
    .getByRole('button', { name: 'Descargar' })
    .or(page.getByRole('button', { name: 'Download' }))
    .waitFor();
  await page.locator('.bubble canvas[data-of]').waitFor();
  await shot(page, named('13-file'));
  await page.context().close();
}

if (process.argv[4] !== 'chat') {
  await parts('light', {});
  await parts('dark', { colorScheme: 'dark' });
  await parts('en', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });
}
await walk('light', {});
console.log('requests before and after opening:', requests.slice(0, 4).join(' '));
await walk('dark', { colorScheme: 'dark' });
await walk('phone', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

/** Two tabs of one browser: one socket, one log, and the second goes on when the first is closed. */
async function tabs(): Promise<void> {
  const one = await open();
  const two = await one.context().newPage();
  await two.goto(url);
  await one.getByRole('button', { name: 'Chat de Ventas' }).click();
  await one.getByLabel('Nombre').fill('Lucía');
  await one.getByLabel('Correo electrónico').fill('lucia@example.mx');
  await one.getByRole('button', { name: 'Iniciar chat' }).click();
  await one.getByText('en la fila').waitFor();
  await two.getByRole('button', { name: 'Chat de Ventas' }).click();
  await two.getByText('en la fila').waitFor();
  await two.getByLabel('Mensaje', { exact: true }).fill('desde la segunda');
  await two.keyboard.press('Enter');
  await one.getByText('desde la segunda').waitFor();
  if (fake.peers.size !== 1) problems.push(`two tabs have ${fake.peers.size} sockets`);
  await one.close();
  await two.getByLabel('Mensaje', { exact: true }).fill('sigo aquí');
  await two.keyboard.press('Enter');
  await two.getByRole('img', { name: 'Entregado' }).nth(1).waitFor();
  const said = fake.room.entries.flatMap((entry) => (entry.kind === 'message' ? entry.text : []));
  if (said.join() !== 'desde la segunda,sigo aquí') problems.push(`two tabs said ${said}`);
}

await tabs();
await browser.close();
stop();
console.log(problems.length ? `PROBLEMS:\n${problems.join('\n')}` : 'no problems');
