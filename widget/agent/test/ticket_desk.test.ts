/** Tickets from a call, saved replies managed, and the way from a chat's ticket to the tickets. */
import { beforeEach, describe, expect, it } from 'vitest';
import { log, look, server, signedIn } from './browser.ts';
import { fillTickets } from './fill_tickets.ts';
import { ticket } from './make.ts';

beforeEach(() => fillTickets(server));

describe('a ticket from a call', { timeout: 150_000 }, () => {
  it('says every wrong field at once, keeps what is written, is created once and opened', async () => {
    const page = await signedIn('#/tickets');
    await page.getByRole('button', { name: 'Nuevo ticket' }).click();
    const dialog = page.getByRole('dialog', { name: 'Nuevo ticket por teléfono' });
    await dialog.getByLabel('Correo').fill('nadie');
    await dialog.getByLabel('RFC').fill('GODE-561331-GR8');
    await dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await dialog.getByText('Escriba un correo como').waitFor();
    await dialog.getByText('Escriba un RFC como').waitFor();
    await dialog.getByText('Escriba de qué trata').waitFor();
    await look(page, 'phone-errors');
    expect(server.tickets.count('POST', /^\/tickets$/)).toBe(0);
    await dialog.getByLabel('Correo').fill('elena@norte');
    await dialog.getByLabel('Nombre').fill('Elena Godínez');
    await dialog.getByLabel('RFC').fill('gode-561231-gr9');
    await dialog.getByText('El dígito verificador no coincide').waitFor();
    await dialog.getByLabel('Asunto').fill('No llega el correo con la factura');
    await dialog.getByRole('radio', { name: 'Alta' }).check();
    await dialog.getByLabel('Comentarios').fill('Desde el lunes.');
    await dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await dialog.getByText('Falta el dominio del correo.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Nuevo ticket' }).click();
    await expect.poll(() => dialog.getByLabel('Asunto').inputValue()).toBe('No llega el correo con la factura');
    await dialog.getByLabel('Correo').fill('elena@norte.mx');
    server.tickets.cuts.add('POST /tickets');
    await dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await dialog.getByText('no se creará dos veces').waitFor();
    server.tickets.cuts.clear();
    await dialog.getByRole('button', { name: 'Crear ticket' }).click();
    await page.getByRole('heading', { name: 'No llega el correo con la factura' }).waitFor();
    const made = [...server.tickets.tickets.values()].filter((one) => one.email === 'elena@norte.mx');
    expect(made).toHaveLength(1);
    expect(server.tickets.last('POST', /^\/tickets$/)?.body).toEqual({
      channel: 'phone',
      email: 'elena@norte.mx',
      name: 'Elena Godínez',
      rfc: 'gode-561231-gr9',
      department: 'soporte-tecnico',
      subject: 'No llega el correo con la factura',
      priority: 'high',
      comments: 'Desde el lunes.',
    });
    await page.getByRole('button', { name: 'Nuevo ticket' }).click();
    await expect.poll(() => dialog.getByLabel('Asunto').inputValue()).toBe('');
  });
});

describe('saved replies', { timeout: 150_000 }, () => {
  it('are found, added, changed and deleted after a question', async () => {
    const page = await signedIn('#/tickets');
    await page.getByRole('button', { name: 'Respuestas guardadas' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Certificado vencido').waitFor();
    // Those for everybody are changed by who supervises.
    await expect.poll(() => dialog.getByRole('button', { name: 'Cambiar «Gracias por escribir»' }).count()).toBe(0);
    await look(page, 'replies');
    await dialog.getByRole('button', { name: 'Nueva respuesta' }).click();
    await dialog.getByRole('button', { name: 'Guardar' }).click();
    await dialog.getByText('Póngale un título.').waitFor();
    await dialog.getByLabel('Título').fill('Horario');
    await dialog.getByLabel('Texto').fill('Atendemos de 9:00 a 18:00, {{nombre}}.');
    await look(page, 'reply-form', ['wide', 'phone']);
    await dialog.getByRole('button', { name: 'Guardar' }).click();
    await dialog.getByText('Atendemos de 9:00').waitFor();
    expect(server.tickets.last('POST', /replies$/)?.body).toEqual({
      title: 'Horario',
      text: 'Atendemos de 9:00 a 18:00, {{nombre}}.',
      department: 'soporte-tecnico',
    });
    await dialog.getByRole('button', { name: 'Cambiar «Horario»' }).click();
    await dialog.getByLabel('Para').selectOption('Soporte Contable');
    await dialog.getByRole('button', { name: 'Guardar' }).click();
    await dialog.getByText('Atendemos de 9:00').waitFor();
    expect(server.tickets.replies.find((one) => one.title === 'Horario')?.department).toBe('soporte-contable');
    await dialog.getByRole('searchbox').fill('horario');
    await dialog.getByRole('button', { name: 'Borrar «Horario»' }).click();
    await dialog.getByText('¿Borrar «Horario»?').waitFor();
    await look(page, 'reply-delete', ['wide', 'phone']);
    await dialog.getByRole('button', { name: 'Borrar', exact: true }).click();
    await dialog.getByText('Ninguna coincide.').waitFor();
    expect(server.tickets.replies.some((one) => one.title === 'Horario')).toBe(false);
  });
});

describe('from a chat to its ticket', { timeout: 150_000 }, () => {
  it('opens what was created, and the log leads there, too; in English', async () => {
    server.tickets.put(ticket(124, { chat: 'c_luis', channel: 'chat', subject: 'CSD vencido' }));
    const page = await signedIn('#/c/c_luis');
    await log(page).getByText('¿Dónde los subo?').waitFor();
    await page.keyboard.press('Alt+KeyK');
    await page.getByRole('dialog').getByRole('button', { name: 'Crear ticket' }).click();
    await page.getByText('Se creó el ticket').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Abrir el ticket' }).click();
    await page.getByRole('heading', { name: 'CSD vencido' }).waitFor();
    await page.goBack();
    await log(page).getByRole('link', { name: 'T-000124' }).click();
    await page.getByRole('heading', { name: 'CSD vencido' }).waitFor();
    await page.getByRole('button', { name: 'Ajustes y sesión' }).click();
    await page.getByRole('radio', { name: 'English' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'How is it counted?' }).waitFor();
    await look(page, 'ticket-english', ['wide', 'phone']);
  });
});
