/** One ticket in a real browser: read, changed, answered, noted, merged, with files and saved replies. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { composer, log, look, server, signedIn } from './browser.ts';
import { fillTickets, picture } from './fill_tickets.ts';
import { ticket } from './make.ts';

const answer = (page: Page) => page.locator('#ticket-composer');
const talk = (page: Page) => page.getByRole('log', { name: 'Mensajes del ticket' });
const field = (page: Page, name: string) => page.locator('.ticket-fields').getByRole('combobox', { name });
const written = () => server.tickets.last('POST', /messages$/);

beforeEach(() => fillTickets(server));

describe('one ticket', { timeout: 150_000 }, () => {
  it('stands beside the list, whole: chat, messages, notes, events, files, who asks, who else looks', async () => {
    server.tickets.othersLook = [{ id: 'a_eva', name: 'Eva Ruiz' }];
    const page = await signedIn('#/tickets/T-000201');
    await page.getByRole('heading', { name: 'No puedo timbrar' }).waitFor();
    await talk(page).getByText('Necesito dar de alta otro usuario').waitFor();
    await talk(page).getByText('¿Hay alguna novedad?').waitFor();
    await page.getByText('También lo ve: Eva Ruiz').waitFor();
    await page.locator('.file-preview img').evaluate((image: HTMLImageElement) => image.decode());
    const card = page.getByRole('region', { name: 'Ficha del ticket' });
    await card.getByText('CACX7605101P8').waitFor();
    await card.getByRole('link', { name: /T-000206/ }).waitFor();
    await card.getByText('Chats de este correo').waitFor();
    await look(page, 'ticket');
    await page.getByRole('button', { name: 'Ver pantalla.png' }).click();
    await page.getByRole('dialog', { name: 'pantalla.png' }).getByRole('img').waitFor();
    await look(page, 'ticket-picture', ['wide', 'phone']);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Continúa T-000150' }).click();
    await page.getByRole('heading', { name: 'Error 301 al timbrar' }).waitFor();
    await expect.poll(() => server.requests.findLast((one) => one.type === 'ticket.view')?.number).toBe('T-000150');
    await page.getByRole('button', { name: 'Cerrar el ticket abierto' }).click();
    await expect.poll(() => server.requests.findLast((one) => one.type === 'ticket.view')?.number).toBe(undefined);
  });

  it('changes at the click, and back with words if the server refuses', async () => {
    const page = await signedIn('#/tickets/T-000203');
    const state = field(page, 'Prioridad');
    await page.getByRole('heading', { name: 'Alta de un usuario más' }).waitFor();
    server.slowMs = 400;
    server.tickets.refuse('PATCH /tickets/T-000203', 503, 'unavailable');
    await state.selectOption('Urgente');
    await expect.poll(() => state.inputValue()).toBe('urgent');
    await page.getByText('El cambio no se guardó: El servidor no pudo guardarlo').waitFor();
    await expect.poll(() => state.inputValue()).toBe('normal');
    server.slowMs = 0;
    await field(page, 'Asignado a').selectOption('Ana Torres (usted)');
    await page.locator('tr.current').getByText('Ana Torres').waitFor();
    expect(server.tickets.last('PATCH', /T-000203$/)?.body).toEqual({ assignee: 'a_ana' });
    server.tickets.change('T-000203', { priority: 'low' });
    await expect.poll(() => state.inputValue()).toBe('low');
    server.tickets.change('T-000203', { assignee: null });
    await field(page, 'Departamento').selectOption('Ventas');
    await page.getByText('T-000203 pasó a Ventas. Ya no está entre sus tickets.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/tickets');
  });

  it('explains its due times stretch by stretch', async () => {
    const page = await signedIn('#/tickets/T-000205');
    await page.getByRole('button', { name: '¿Cómo se cuenta?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cómo se cuentan los plazos' });
    await dialog.getByRole('row', { name: /Total 24 h/ }).waitFor();
    await dialog.getByText('Este plazo no corre ahora.').waitFor();
    await look(page, 'ticket-due', ['wide', 'phone']);
  });

  it('keeps what is written per ticket over reloads, and never sends it twice', async () => {
    const page = await signedIn('#/tickets/T-000201');
    await answer(page).fill('Ya quedó renovado su certificado.');
    await page.locator('[data-ticket="T-000202"]').click();
    await page.getByRole('heading', { name: 'Cancelar la factura A-1042' }).waitFor();
    await expect.poll(() => answer(page).inputValue()).toBe('');
    await page.goBack();
    await page.reload();
    await expect.poll(() => answer(page).inputValue()).toBe('Ya quedó renovado su certificado.');
    server.tickets.cuts.add('POST /tickets/T-000201/messages');
    await page.getByRole('button', { name: 'Enviar', exact: true }).click();
    await page.getByText('No se supo si llegó').waitFor();
    await look(page, 'ticket-unsure', ['wide', 'phone']);
    server.tickets.cuts.clear();
    await page.reload();
    await page.getByRole('button', { name: 'Enviar', exact: true }).click();
    await page.getByText('Respuesta enviada.').waitFor();
    await expect.poll(() => answer(page).inputValue()).toBe('');
    expect(server.tickets.count('POST', /messages$/)).toBeGreaterThan(1);
    const said = server.tickets.messages.get('T-000201')?.filter((one) => one.text.startsWith('Ya quedó'));
    expect(said).toHaveLength(1);
    await talk(page).getByText('Ya quedó renovado su certificado.').waitFor();
  });

  it('answers and sets the state in one step; a note looks like one and sets nothing', async () => {
    const page = await signedIn('#/tickets/T-000202');
    await answer(page).fill('Su factura quedó cancelada.');
    await page.getByRole('button', { name: 'Otras formas de enviar' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /dejar pendiente/ }).waitFor();
    await look(page, 'ticket-send', ['wide', 'phone']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Respuesta enviada.').waitFor();
    expect(written()?.body).toMatchObject({
      kind: 'answer',
      text: 'Su factura quedó cancelada.',
      state: 'solved',
      files: [],
    });
    await expect.poll(() => field(page, 'Estado').inputValue()).toBe('solved');
    await page.getByRole('radio', { name: 'Nota' }).check();
    await answer(page).fill('Avisar a cobranza');
    await look(page, 'ticket-note', ['wide', 'phone']);
    await answer(page).press('Control+Enter');
    await talk(page).locator('.line.note').getByText('Avisar a cobranza').waitFor();
    expect(written()?.body).toEqual({ kind: 'note', text: 'Avisar a cobranza', files: [] });
  });

  it('says what was refused, and keeps it', async () => {
    const page = await signedIn('#/tickets/T-000202');
    server.tickets.refuse('POST /tickets/T-000202/messages', 422, 'bad_field', {
      text: 'El texto tiene algo que no se puede guardar.',
    });
    await answer(page).fill('¿?');
    await answer(page).press('Control+Enter');
    await page.getByText('No se envió: El texto tiene algo').waitFor();
    await expect.poll(() => answer(page).inputValue()).toBe('¿?');
  });

  it('takes files by choosing, dropping and pasting, and tells why one is refused', async () => {
    const page = await signedIn('#/tickets/T-000202');
    await answer(page).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Adjuntar archivos' }).click();
    await (await chooser).setFiles([
      { name: 'captura.png', mimeType: 'image/png', buffer: picture },
      { name: 'virus.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
      { name: 'enorme.zip', mimeType: 'application/zip', buffer: Buffer.alloc(10 * 1_048_576 + 1) },
    ]);
    await page.getByRole('button', { name: 'Quitar captura.png' }).waitFor();
    await page.getByText('Este tipo de archivo no se acepta.').waitFor();
    await page.getByText('Pesa más de 10 MB.').waitFor();
    await look(page, 'ticket-files', ['wide', 'phone']);
    await page.getByRole('button', { name: 'Quitar virus.exe' }).click();
    await page.getByRole('button', { name: 'Quitar enorme.zip' }).click();
    for (const kind of ['drop', 'paste'] as const) {
      await answer(page).evaluate((element, event) => {
        const data = new DataTransfer();
        data.items.add(new File(['<cfdi/>'], `${event}.xml`, { type: 'text/xml' }));
        const init = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          event === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: data })
            : new ClipboardEvent('paste', { ...init, clipboardData: data }),
        );
      }, kind);
      await page.getByRole('button', { name: `Quitar ${kind}.xml` }).waitFor();
    }
    await page.getByRole('button', { name: 'Enviar', exact: true }).click();
    await page.getByText('Escriba unas palabras').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Quitar drop.xml' }).waitFor();
    await answer(page).fill('Le mando los archivos.');
    server.tickets.refuse('POST /tickets/T-000202/messages', 422, 'bad_field', { 'files[1]': 'Ya no está.' });
    await answer(page).press('Control+Enter');
    await page.getByText('El servidor ya no lo tiene').waitFor();
    await page.getByRole('button', { name: 'Quitar drop.xml' }).click();
    await answer(page).press('Control+Enter');
    await page.getByText('Respuesta enviada.').waitFor();
    await talk(page).getByRole('link', { name: 'Descargar paste.xml' }).waitFor();
    await talk(page).getByRole('button', { name: 'Ver captura.png' }).waitFor();
  });

  it('puts saved replies in, filled as far as is known, and points at the gaps', async () => {
    const page = await signedIn('#/tickets/T-000201');
    await answer(page).pressSequentially('Buen día. /');
    await page.getByRole('combobox', { name: 'Buscar respuesta guardada' }).waitFor();
    await page.getByRole('option', { name: /Certificado vencido/ }).waitFor();
    await page.keyboard.type('certif');
    await expect.poll(() => page.locator('.reply-goal').count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => answer(page).inputValue())
      .toBe(
        'Buen día. Hola Luis Hernández Cárdenas, soy Ana Torres. Su certificado venció; le dejo los pasos para renovarlo. Su folio es T-000201.',
      );
    await answer(page).fill('y/o');
    await expect.poll(() => page.locator('.reply-picker').count()).toBe(0);
    await answer(page).fill('');
    await answer(page).pressSequentially('/nada');
    await page.getByText('Ninguna coincide.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => answer(page).inputValue()).toBe('/nada');
    await page.goto(page.url().replace(/#.*/, '#/tickets/T-000202'));
    await page.getByRole('heading', { name: 'Cancelar la factura A-1042' }).waitFor();
    await page.getByRole('button', { name: 'Insertar respuesta guardada' }).click();
    await page.getByRole('option', { name: /Factura cancelada/ }).waitFor();
    // Looking takes the focus away, and that closes it.
    await look(page, 'reply-picker', ['wide']);
    await page.getByRole('button', { name: 'Insertar respuesta guardada' }).click();
    await page.getByRole('option', { name: /Factura cancelada/ }).click();
    await page.getByText('Falta llenar: {{factura}}').waitFor();
    await answer(page).press('Control+Enter');
    await page.getByText('Si va así a propósito, envíe otra vez.').waitFor();
    expect(written()).toBeUndefined();
    await page.keyboard.type('A-1042');
    await answer(page).press('Control+Enter');
    await page.getByText('Respuesta enviada.').waitFor();
    expect(written()?.body['text']).toBe('La factura A-1042 quedó cancelada.');
  });

  it('is merged into another of the same person, never into a foreign one', async () => {
    server.tickets.put(ticket(207, { email: 'luis@comercial-puebla.mx', subject: 'Otra vez el error 301' }));
    const page = await signedIn('#/tickets/T-000207');
    await page.getByRole('button', { name: 'Fusionar' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fusionar T-000207 en otro' });
    await dialog.getByRole('radio', { name: /T-000201/ }).waitFor();
    await dialog.getByLabel('Folio o palabras').fill('T-00020');
    await expect.poll(() => dialog.getByRole('radio', { name: /T-000202/ }).isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: /T-000201/ }).check();
    await look(page, 'ticket-merge', ['wide', 'phone']);
    server.tickets.refuse('POST /tickets/T-000207/merge', 422, 'bad_field', { into: 'no' });
    await dialog.getByRole('button', { name: 'Fusionar en T-000201' }).click();
    await dialog.getByText('Solo se fusionan tickets de la misma persona').waitFor();
    await dialog.getByRole('button', { name: 'Fusionar en T-000201' }).click();
    await page.getByText('T-000207 ahora es parte de T-000201.').waitFor();
    await page.getByRole('heading', { name: 'No puedo timbrar' }).waitFor();
    await page.goBack();
    await talk(page).getByRole('link', { name: 'T-000201' }).click();
    await page.getByRole('heading', { name: 'No puedo timbrar' }).waitFor();
  });

  it('never runs what a requester writes', async () => {
    server.tickets.put(
      ticket(208, { subject: '<img src=x onerror=alert(1)>', email: '"><script>alert(2)</script>@x.mx' }),
      [
        {
          ...server.tickets.event('<b onclick=alert(3)>javascript:alert(4)</b>'),
          kind: 'comment',
          from: { role: 'requester', name: '<i>x</i>' },
        },
      ],
    );
    const page = await signedIn('#/tickets/T-000208');
    page.on('dialog', () => expect.unreachable());
    await talk(page).getByText('<b onclick=alert(3)>').waitFor();
    expect(await page.locator('img[src="x"], b[onclick], main script').count()).toBe(0);
  });

  it('says so if it is not there', async () => {
    const page = await signedIn('#/tickets/T-999999');
    await page.getByText('Este ticket no existe o no es de sus departamentos.').waitFor();
    await look(page, 'ticket-missing', ['wide', 'phone']);
  });
});

describe('files and saved replies in a chat', { timeout: 150_000 }, () => {
  it('sends files with the words after them, and shows pictures in the log', async () => {
    const page = await signedIn('#/c/c_luis');
    await log(page).getByText('¿Dónde los subo?').waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Adjuntar archivos' }).click();
    await (await chooser).setFiles([{ name: 'pasos.png', mimeType: 'image/png', buffer: picture }]);
    await page.getByRole('button', { name: 'Quitar pasos.png' }).waitFor();
    await composer(page).pressSequentially('/');
    await page.getByRole('option', { name: /Gracias por escribir/ }).click();
    await expect
      .poll(() => composer(page).inputValue())
      .toBe('Gracias por escribir, Luis Hernández Cárdenas. ¿Le ayudo en algo más?');
    await look(page, 'chat-files', ['wide', 'phone']);
    await composer(page).press('Enter');
    await log(page).getByRole('button', { name: 'Ver pasos.png' }).waitFor();
    const sent = server.requests.filter((one) => one.type === 'message.send');
    expect(sent[0]).toMatchObject({ file: expect.stringMatching(/^f_/) });
    expect(Object.keys(sent[0] ?? {}).sort()).toEqual(['chat', 'client_id', 'file', 'id', 'type']);
    expect(sent[1]).toMatchObject({ text: expect.stringContaining('Gracias por escribir') });
    await look(page, 'chat-picture', ['wide', 'phone']);
  });
});
