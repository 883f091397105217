/** A ticket by the form: at `/ticket`, and in the widget where nobody can chat. */
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { picture } from './support/picture.ts';
import { oneAtATime } from './support/server.ts';
import { mails, Requester, refusal, wanted } from './support/tickets.ts';
import type { Visitor } from './support/visitor.ts';

describe('the form', () => {
  deskTest('tells every mistake at its field, here or from the server, and loses nothing', async (desk) => {
    desk.expected = refusal;
    const lucia = await Requester.create(desk);
    await lucia.openForm();
    await lucia.send();
    for (const name of ['email', 'rfc', 'department', 'subject', 'captcha']) {
      await expect.poll(() => lucia.error(name).textContent()).toBe('Este dato hace falta.');
    }
    await expect.poll(() => lucia.error('comments').isVisible()).toBe(false);
    // Far from the fields, each mistake says whose it is.
    await expect
      .poll(() => lucia.page.locator('#error-summary li').allTextContents())
      .toEqual(
        ['Correo electrónico', 'RFC', 'Departamento', 'Asunto', 'Código de verificación'].map(
          (field) => `${field}: Este dato hace falta.`,
        ),
      );
    await expect.poll(() => lucia.field('email').evaluate((field) => field === document.activeElement)).toBe(true);

    await lucia.fill({ ...wanted, email: 'lucia@', rfc: 'GODE561331GR8' });
    await lucia.send();
    await lucia.error('email').getByText('Escríbalo como ana@ejemplo.mx.').waitFor();
    await lucia.error('rfc').getByText('Revise el RFC').waitFor();
    await expect.poll(() => lucia.error('subject').isVisible()).toBe(false);

    // What only the server knows: this does not spend the code.
    const subject = 'Un asunto que no cabe. '.repeat(9);
    await lucia.fill({ email: wanted.email, rfc: wanted.rfc, subject });
    await lucia.solve();
    const challenge = await lucia.challenge;
    await lucia.send();
    await lucia.error('subject').waitFor();
    await expect.poll(() => lucia.error('subject').textContent()).not.toBe('');
    await expect.poll(() => lucia.challenge).toBe(challenge);
    await expect.poll(() => lucia.field('subject').inputValue()).toBe(subject);

    // A wrong code is spent: there is another one, and everything else stays.
    await lucia.fill({ subject: wanted.subject });
    const digits = await lucia.field('code').inputValue();
    await lucia.field('code').fill(String((Number(digits) + 1) % 1_000_000).padStart(6, '0'));
    await lucia.send();
    await lucia.error('captcha').waitFor();
    await expect.poll(() => lucia.challenge).not.toBe(challenge);
    for (const name of ['email', 'rfc', 'department', 'subject', 'comments'] as const) {
      await expect.poll(() => lucia.field(name).inputValue(), { message: name }).toBe(wanted[name]);
    }
    expect(mails(desk.server)).toEqual([]);

    const number = await lucia.submit();
    expect(mails(desk.server)).toEqual([
      expect.objectContaining({
        template: 'ticket_created',
        number,
        to: wanted.email,
        rfc: wanted.rfc,
        subject: wanted.subject,
        message: expect.objectContaining({ text: wanted.comments }),
      }),
    ]);
    // The way back must not offer to send it again.
    await lucia.openForm();
    await expect.poll(() => lucia.field('subject').inputValue()).toBe('');
  });

  deskTest('keeps what was typed over a reload, and takes it from the address', async (desk) => {
    const lucia = await Requester.create(desk);
    await lucia.openForm('#email=lucia%40example.mx&comments=Desde%20el%20chat');
    await expect.poll(() => lucia.field('email').inputValue()).toBe('lucia@example.mx');
    await expect.poll(() => lucia.field('comments').inputValue()).toBe('Desde el chat');
    await lucia.fill(wanted);
    await lucia.openForm();
    for (const name of ['email', 'rfc', 'department', 'subject', 'comments'] as const) {
      await expect.poll(() => lucia.field(name).inputValue(), { message: name }).toBe(wanted[name]);
    }
  });

  deskTest('takes files, also after a code that was wrong; the requester gets them back byte by byte', async (desk) => {
    desk.expected = refusal;
    const lucia = await Requester.create(desk);
    await lucia.openForm();
    await lucia.fill();
    const photo = picture(60, 40);
    const text = Buffer.from('línea 1\nlínea 2\n');
    await lucia.field('files').setInputFiles([
      { name: 'pantalla.png', mimeType: 'image/png', buffer: photo },
      { name: 'error.txt', mimeType: 'text/plain', buffer: text },
      { name: 'sobra.txt', mimeType: 'text/plain', buffer: Buffer.from('fuera') },
    ]);
    const row = (name: string) => lucia.page.locator('.upload', { hasText: name });
    for (const name of ['pantalla.png', 'error.txt', 'sobra.txt']) await row(name).getByText('Listo').waitFor();
    await row('pantalla.png').locator('img').waitFor();
    await lucia.button('Quitar: sobra.txt').click();
    await row('sobra.txt').waitFor({ state: 'detached' });

    const challenge = await lucia.challenge;
    await lucia.solve();
    const digits = await lucia.field('code').inputValue();
    await lucia.field('code').fill(String((Number(digits) + 1) % 1_000_000).padStart(6, '0'));
    await lucia.send();
    await expect.poll(() => lucia.challenge).not.toBe(challenge);
    const number = await lucia.submit();
    await lucia.followMail(number);
    for (const [name, bytes] of [
      ['pantalla.png', photo],
      ['error.txt', text],
    ] as const) {
      const [download] = await Promise.all([
        lucia.page.waitForEvent('download'),
        lucia.page.getByRole('link', { name }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(name);
      expect(readFileSync(await download.path()).equals(bytes)).toBe(true);
    }
    await expect.poll(() => lucia.page.getByText('sobra.txt').count()).toBe(0);
  });

  deskTest('says at the file why it is not taken', async (desk) => {
    desk.expected = /status of 4\d\d .*\/api\/v1\/files/;
    const lucia = await Requester.create(desk);
    await lucia.openForm();
    const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)]);
    await lucia.field('files').setInputFiles([{ name: 'factura.pdf', mimeType: 'application/pdf', buffer: program }]);
    const row = lucia.page.locator('.upload', { hasText: 'factura.pdf' });
    await row.locator('.error').waitFor();
    await lucia.fill();
    await lucia.solve();
    await lucia.send();
    await lucia.error('files').getByText('Quite los archivos que no subieron.').waitFor();
    await lucia.button('Quitar: factura.pdf').click();
    await lucia.submit();
  });

  deskTest('has the code as sound, too', async (desk) => {
    const lucia = await Requester.create(desk);
    await lucia.openForm();
    const audio = lucia.page.locator('#captcha-audio');
    await expect.poll(() => audio.getAttribute('aria-label')).toBe('Escuchar los números');
    const image = lucia.page.locator('#captcha-image');
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    await lucia.field('code').click();
    const play = () =>
      audio.evaluate(async (sound: HTMLAudioElement) => {
        const moved = new Promise((resolve) => sound.addEventListener('timeupdate', resolve, { once: true }));
        await sound.play();
        await moved;
        sound.pause();
        return sound.duration;
      });
    expect(await play()).toBeGreaterThan(3);
    // Another code has a sound of its own.
    const before = await audio.getAttribute('src');
    await lucia.button('Otro código').click();
    await lucia.page.getByText('Hay un código nuevo.').waitFor();
    await expect.poll(() => audio.getAttribute('src')).not.toBe(before);
    expect(await play()).toBeGreaterThan(3);
    await lucia.fill();
    await lucia.submit();
  });

  deskTest(
    'has the work done while one types, where the site wants that in place of a code',
    async (desk) => {
      const lucia = await Requester.create(desk);
      await lucia.openForm();
      await lucia.page.getByText('Comprobado: no es un robot.').waitFor();
      await lucia.fill();
      await lucia.send();
      await lucia.page.waitForURL(/sent=1/);
      expect(mails(desk.server)).toHaveLength(1);
    },
    { '[contact]': '[captcha]\nmode = "pow"\n\n[contact]' },
  );
});

describe('the widget', () => {
  deskTest('leaves a ticket where nobody is online, with what was typed', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.open();
    await lucia.window.getByLabel('Escriba su mensaje').fill('No puedo timbrar una factura.');
    await lucia.button('Continuar').click();
    await lucia.window.getByLabel('Nombre').fill('Lucía');
    await lucia.window.getByLabel('Correo electrónico').fill('lucia@example.mx');
    await ana.set('Fuera');
    await lucia.text('En este momento no hay nadie en línea.').waitFor();
    const form = await lucia.leaveTicket(desk.server);
    await expect.poll(() => form.field('Correo electrónico').inputValue()).toBe('lucia@example.mx');
    await expect.poll(() => form.field('Comentarios (opcional)').inputValue()).toBe('No puedo timbrar una factura.');
    await lucia.button('Enviar ticket').click();
    for (const name of ['rfc', 'department', 'subject', 'captcha']) {
      await form.error(name).getByText('Este dato hace falta.').waitFor();
    }
    await form.field('RFC').fill('GODE561231GR8');
    await form.field('Departamento').selectOption('soporte-tecnico');
    await form.field('Asunto').fill('No puedo timbrar');
    // A reload loses nothing, not even the code on the picture.
    await lucia.page.reload();
    await form.field('Asunto').waitFor();
    await expect.poll(() => form.field('Asunto').inputValue()).toBe('No puedo timbrar');
    await expect.poll(() => form.field('Comentarios (opcional)').inputValue()).toBe('No puedo timbrar una factura.');
    await form.solve();
    await lucia.button('Enviar ticket').click();
    const number = await form.sent();
    const requester = await Requester.create(desk);
    await requester.followMail(number);
    await requester.talk.getByText('No puedo timbrar una factura.').waitFor();
    expect(mails(desk.server)[0]).toMatchObject({ to: 'lucia@example.mx', subject: 'No puedo timbrar' });
    // The next message begins anew.
    await lucia.button('‹ Volver al chat').click();
    await lucia.text('En este momento no hay nadie en línea.').waitFor();
    await expect.poll(() => lucia.text('No puedo timbrar una factura.').count()).toBe(0);
  });

  deskTest(
    'offers a ticket to who waits, with all that was said, and files',
    async (desk) => {
      const ana = await desk.agent('ana');
      const omar = await desk.visitor('Omar');
      await omar.ask('Soy Omar', 'soporte-tecnico');
      await omar.sees('Ana Torres le atiende.');
      const lucia = await desk.visitor('Lucía');
      await lucia.ask('Tengo prisa', 'soporte-tecnico');
      await lucia.text('Es el 1.º en la fila.').waitFor();
      await lucia.say('y un error: CFDI40108');
      await lucia.sees('CFDI40108');
      const form = await lucia.leaveTicket(desk.server);
      await expect.poll(() => form.field('Correo electrónico').inputValue()).toBe('lucia@example.mx');
      await expect
        .poll(() => form.field('Comentarios (opcional)').inputValue())
        .toBe('Tengo prisa\n\ny un error: CFDI40108');
      // What the page says for her goes to the chat, and into the ticket.
      await lucia.call('send', 'El folio es 12');
      const all = 'Tengo prisa\n\ny un error: CFDI40108\n\nEl folio es 12';
      await expect.poll(() => form.field('Comentarios (opcional)').inputValue()).toBe(all);
      await form.field('RFC').fill('GODE561231GR8');
      await form.field('Departamento').selectOption('soporte-tecnico');
      await form.field('Asunto').fill('Con prisa');
      await form.files.setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: picture(30, 20) }]);
      await lucia.window.getByRole('listitem').filter({ hasText: 'pantalla.png' }).getByText('Listo').waitFor();
      await form.solve();
      await lucia.button('Enviar ticket').click();
      const number = await form.sent();
      expect(mails(desk.server).find((mail) => mail.number === number)?.message).toMatchObject({
        text: all,
        files: [expect.objectContaining({ name: 'pantalla.png' })],
      });
      // The place in the line was not given away.
      await lucia.button('‹ Volver al chat').click();
      await lucia.text('Es el 1.º en la fila.').waitFor();
      await lucia.sees(`${number}.`);
      await expect.poll(() => lucia.said()).toEqual(['Tengo prisa', 'y un error: CFDI40108', 'El folio es 12']);
      await ana.goTo('Omar');
      await ana.close();
      await lucia.sees('Ana Torres le atiende.');
    },
    oneAtATime,
  );

  deskTest(
    'makes one ticket of one problem: sent while waiting, or after the chat has ended and made one by itself',
    async (desk) => {
      const ana = await desk.agent('ana');
      const omar = await desk.visitor('Omar');
      await omar.ask('Soy Omar', 'soporte-tecnico');
      await omar.sees('Ana Torres le atiende.');
      const tickets = () =>
        desk.server.rows<{ subject: string; number: number; email: string }>(
          "SELECT subject, number, email FROM ticket WHERE email <> 'omar@example.mx' ORDER BY number",
        );
      const filed = () => desk.server.rows<{ n: number }>('SELECT count(*) AS n FROM chat')[0]?.n;
      const fill = async (visitor: Visitor, subject: string) => {
        const form = await visitor.leaveTicket(desk.server);
        await form.field('RFC').fill('GODE561231GR8');
        await form.field('Departamento').selectOption('soporte-tecnico');
        await form.field('Asunto').fill(subject);
        await form.solve();
        return form;
      };
      const end = async (visitor: Visitor) => {
        await visitor.button('Terminar el chat').click();
        await visitor.button('Sí, terminar').click();
      };

      const lucia = await desk.visitor('Lucía');
      await lucia.ask('Tengo prisa', 'soporte-tecnico');
      await lucia.text('Es el 1.º en la fila.').waitFor();
      const form = await fill(lucia, 'Con prisa');
      await lucia.button('Enviar ticket').click();
      const number = await form.sent();
      await lucia.button('‹ Volver al chat').click();
      await lucia.sees(`${number}.`);
      await end(lucia);
      await expect.poll(filed, { timeout: 20_000 }).toBe(1);
      expect(tickets()).toMatchObject([{ subject: 'Con prisa', email: 'lucia@example.mx' }]);

      // The form is still open when the chat ends in another tab of the same person.
      const marta = await desk.visitor('Marta');
      await marta.ask('No timbra', 'soporte-tecnico');
      await marta.text('Es el 1.º en la fila.').waitFor();
      const late = await fill(marta, 'No puedo timbrar');
      const tab = marta.inTab(await marta.page.context().newPage());
      await tab.page.goto(desk.host.origin);
      await tab.open();
      await tab.sees('No timbra');
      await end(tab);
      await expect.poll(filed, { timeout: 20_000 }).toBe(2);
      expect(tickets()).toMatchObject([{ subject: 'Con prisa' }, { subject: 'No timbra' }]);
      await marta.button('Enviar ticket').click();
      await late.sent();
      expect(tickets()).toMatchObject([{ subject: 'Con prisa' }, { subject: 'No puedo timbrar' }]);
      await ana.goTo('Omar');
    },
    oneAtATime,
  );
});
