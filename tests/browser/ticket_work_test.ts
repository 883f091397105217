/** What becomes of a ticket: agents at the console, and the requester with the link of the mail. */
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { picture } from './support/picture.ts';
import { TicketConsole } from './support/ticket_console.ts';
import { mails, Requester } from './support/tickets.ts';

const numberIn = async (text: Promise<string | null>) => /T-\d+/.exec((await text) ?? '')?.[0] ?? '';

describe('a ticket', () => {
  deskTest('goes from a chat over the console and the requester’s page to its end', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('No puedo timbrar una factura.', 'soporte-tecnico');
    await ana.goTo('Lucía');
    await ana.say('Lo reviso con calma y le escribo.');
    await ana.button('Crear ticket').click();
    await expect.poll(() => ana.dialog.getByLabel('Asunto').inputValue()).toBe('No puedo timbrar una factura.');
    await expect.poll(() => ana.dialog.getByLabel('Correo (opcional)').inputValue()).toBe('lucia@example.mx');
    await ana.dialog.getByLabel('RFC (opcional)').fill('gode-561231-gr8');
    await ana.dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await ana.dialog.getByText('Se creó el ticket').waitFor();
    const number = await numberIn(ana.dialog.locator('.ticket-done').textContent());
    await lucia.sees(`Se abrió el ticket ${number}.`);
    await ana.dialog.getByRole('button', { name: 'Abrir el ticket' }).click();
    const tickets = new TicketConsole(ana);
    await tickets.row(number).waitFor();
    // The chat is the first page.
    await tickets.sees('No puedo timbrar una factura.');
    await tickets.sees('Lo reviso con calma y le escribo.');

    const requester = await Requester.create(desk);
    await requester.followMail(number);
    expect(mails(desk.server)[0]).toMatchObject({ to: 'lucia@example.mx', rfc: 'GODE561231GR8', channel: 'chat' });
    await tickets.note('Cliente difícil: avisar a Sofía');
    await tickets.answer('¿Qué tipo de comprobante es?');
    await requester.returns();
    await requester.talk.getByText('¿Qué tipo de comprobante es?').waitFor();
    expect(await requester.page.content()).not.toContain('difícil');

    await requester.answer('Es una nota de crédito.');
    // Without being asked for.
    await tickets.sees('Es una nota de crédito.');
    await tickets.answerAnd('Enviar y dejar pendiente', 'Cambie el tipo a «E», por favor.');
    await expect.poll(() => tickets.field('Estado').inputValue()).toBe('pending');
    await requester.returns();
    await requester.state.getByText('Esperamos su respuesta').waitFor();
    await requester.answer('Ya quedó, gracias.');
    await requester.state.getByText('Abierto').waitFor();
    await tickets.sees('Ya quedó, gracias.');
    await expect.poll(() => tickets.field('Estado').inputValue()).toBe('open');
    await tickets.answerAnd('Enviar y marcar resuelto', 'Con gusto.');
    await requester.returns();
    await requester.state.getByText('Solucionado').waitFor();
    await requester.talk.getByText('Con gusto.').waitFor();
    expect(await requester.page.content()).not.toContain('difícil');
    // Whoever is not content opens it again, and may end it, too.
    await requester.answer('Volvió a pasar.');
    await requester.state.getByText('Abierto').waitFor();
    await requester.button('Quedó solucionado, cerrar').click();
    await requester.state.getByText('Solucionado').waitFor();
    await expect.poll(() => tickets.field('Estado').inputValue()).toBe('solved');
    await tickets.sees('Quedó solucionado, gracias.');
  });

  deskTest('is answered with files on both sides', async (desk) => {
    const requester = await Requester.create(desk);
    await requester.openForm();
    await requester.fill();
    const number = await requester.submit();
    const ana = await desk.agent('ana');
    const tickets = new TicketConsole(ana);
    await tickets.open(number);
    const [chooser] = await Promise.all([
      ana.page.waitForEvent('filechooser'),
      ana.button('Adjuntar archivos').click(),
    ]);
    const guide = Buffer.from('1. Cambie el tipo\n2. Timbre\n');
    await chooser.setFiles([{ name: 'guía.txt', mimeType: 'text/plain', buffer: guide }]);
    await ana.button('Quitar guía.txt').waitFor();
    await tickets.answer('Aquí están los pasos.');

    await requester.followMail(number);
    const [download] = await Promise.all([
      requester.page.waitForEvent('download'),
      requester.page.getByRole('link', { name: 'guía.txt' }).click(),
    ]);
    expect(readFileSync(await download.path()).equals(guide)).toBe(true);
    await requester
      .field('files')
      .setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: picture(64, 48) }]);
    await requester.page.locator('.upload', { hasText: 'pantalla.png' }).getByText('Listo').waitFor();
    await requester.answer('Así se ve ahora.');
    await requester.page.getByRole('link', { name: 'pantalla.png' }).waitFor();
    await ana.button('Ver pantalla.png').click();
    const large = ana.dialog.getByRole('img', { name: 'pantalla.png' });
    await expect.poll(() => large.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64);
  });

  deskTest('shows each agent who else has it open', async (desk) => {
    const requester = await Requester.create(desk);
    await requester.openForm();
    await requester.fill();
    const number = await requester.submit();
    const [ana, beto] = await Promise.all([desk.agent('ana'), desk.agent('beto')]);
    const [first, second] = [new TicketConsole(ana), new TicketConsole(beto)];
    await first.open(number);
    await second.open(number);
    await ana.page.getByText('También lo ve: Beto Ruiz').waitFor();
    await beto.page.getByText('También lo ve: Ana Torres').waitFor();
    // What one changes, the other sees.
    await first.field('Prioridad').selectOption('urgent');
    await expect.poll(() => second.field('Prioridad').inputValue()).toBe('urgent');
    await beto.button('Cerrar el ticket abierto').click();
    await ana.page.getByText('También lo ve').waitFor({ state: 'detached' });
    // A console that goes without a word is gone as well.
    await beto.page.goBack();
    await ana.page.getByText('También lo ve: Beto Ruiz').waitFor();
    await beto.page.close();
    await ana.page.getByText('También lo ve').waitFor({ state: 'detached' });
  });

  deskTest('comes from a call, and is answered with a saved reply', async (desk) => {
    const ana = await desk.agent('ana');
    const tickets = new TicketConsole(ana);
    await tickets.openList();
    await ana.button('Nuevo ticket').click();
    await ana.dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await ana.dialog.getByText('Escriba un correo como nombre@ejemplo.mx.').waitFor();
    await ana.dialog.getByText('Escriba de qué trata, en una línea.').waitFor();
    await ana.dialog.getByLabel('Correo', { exact: true }).fill('omar@example.mx');
    await ana.dialog.getByLabel('Nombre (opcional)').fill('Omar Ríos');
    await ana.dialog.getByLabel('Asunto').fill('No recibe sus facturas');
    await ana.dialog.getByRole('radio', { name: 'Alta' }).check({ force: true });
    await ana.dialog.getByLabel('Comentarios (opcional)').fill('Revisó su bandeja y el correo no deseado.');
    await ana.dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await ana.page.getByRole('heading', { name: 'No recibe sus facturas' }).waitFor();
    const [mail] = mails(desk.server);
    expect(mail).toMatchObject({ template: 'ticket_created', to: 'omar@example.mx', channel: 'phone' });
    const number = mail?.number ?? '';
    await tickets.row(number).waitFor();
    await expect.poll(() => tickets.field('Prioridad').inputValue()).toBe('high');

    await ana.button('Respuestas guardadas').click();
    await ana.dialog.getByRole('button', { name: 'Nueva respuesta' }).click();
    await ana.dialog.getByLabel('Título').fill('Reenvío');
    await ana.dialog.getByLabel('Texto').fill('Hola, {{apodo}}: reenviamos todo. Su folio es {{folio}}. {{agente}}');
    await ana.dialog.getByRole('button', { name: 'Guardar' }).click();
    await ana.dialog.getByText('Reenvío').waitFor();
    await ana.page.keyboard.press('Escape');
    await ana.dialog.waitFor({ state: 'detached' });
    await tickets.composer.focus();
    await ana.page.keyboard.type('/reen');
    await ana.page.getByRole('option', { name: 'Reenvío' }).waitFor();
    await ana.page.keyboard.press('Enter');
    // What nobody can know is selected: the next letters fill it.
    await ana.page.getByText('Falta llenar: {{apodo}}').waitFor();
    await ana.page.keyboard.type('Omar');
    const filled = `Hola, Omar: reenviamos todo. Su folio es ${number}. Ana Torres`;
    await expect.poll(() => tickets.composer.inputValue()).toBe(filled);
    await ana.button('Enviar').click();
    await tickets.sees(filled);
    const requester = await Requester.create(desk);
    await requester.followMail(number);
    await requester.talk.getByText(filled).waitFor();
  });
});

describe('a file in a chat', () => {
  deskTest('reaches the other side, with a picture of a picture', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Le mando la pantalla', 'soporte-tecnico');
    await ana.goTo('Lucía');
    const screen = picture(120, 80);
    await lucia.window
      .getByLabel('Adjuntar archivo')
      .setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: screen }]);
    await ana.button('Ver pantalla.png').click();
    const large = ana.dialog.getByRole('img', { name: 'pantalla.png' });
    await expect.poll(() => large.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(120);
    const [saved] = await Promise.all([
      ana.page.waitForEvent('download'),
      ana.dialog.getByRole('link', { name: 'Descargar' }).click(),
    ]);
    expect(readFileSync(await saved.path()).equals(screen)).toBe(true);
    await ana.page.keyboard.press('Escape');
    await ana.dialog.waitFor({ state: 'detached' });

    const [chooser] = await Promise.all([
      ana.page.waitForEvent('filechooser'),
      ana.button('Adjuntar archivos').click(),
    ]);
    const marked = picture(90, 50, [180, 40, 40]);
    await chooser.setFiles([{ name: 'marcada.png', mimeType: 'image/png', buffer: marked }]);
    await ana.button('Quitar marcada.png').waitFor();
    await ana.say('Vea lo marcado.');
    await lucia.sees('Vea lo marcado.');
    for (const [name, width, bytes] of [
      ['pantalla.png', 120, screen],
      ['marcada.png', 90, marked],
    ] as const) {
      const preview = lucia.log.getByRole('img', { name, exact: true });
      await expect.poll(() => preview.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(width);
      const [download] = await Promise.all([
        lucia.page.waitForEvent('download'),
        lucia.log.getByRole('button', { name: `Descargar ${name}` }).click(),
      ]);
      expect(readFileSync(await download.path()).equals(bytes)).toBe(true);
    }
  });
});
