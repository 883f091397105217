/**
 * The console in a real browser against the fake server: every state is checked by axe, light and dark, wide and
 * narrow; what people do is done with the keyboard and the mouse. `SHOTS=dir` keeps a picture of each state.
 */
import { describe, expect, it } from 'vitest';
import { composer, log, look, open, server, signedIn, signIn } from './browser.ts';
import { chat } from './make.ts';

describe('the door', { timeout: 120_000 }, () => {
  it('says what is wrong in words, and lets in', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'Entrar a la consola' }).waitFor();
    await look(page, 'sign-in');
    await page.getByLabel('Usuario').fill('ana');
    await page.getByLabel('Contraseña').fill('mala');
    await page.keyboard.press('Enter');
    await page.getByText('no coinciden').waitFor();
    server.throttled = 40;
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByText('espere 40 segundos').waitFor();
    await look(page, 'sign-in-throttled', ['wide', 'phone']);
    server.throttled = 0;
    await signIn(page);
    await page.getByRole('heading', { name: 'Mis chats' }).waitFor();
  });

  it('leads back after the session has ended', async () => {
    const page = await signedIn();
    server.endSession();
    await page.getByText('Su sesión terminó').waitFor();
    await look(page, 'session-ended', ['wide']);
    await signIn(page);
  });

  it('speaks English when asked to, and remembers it', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
  });
});

describe('the desk', { timeout: 90_000 }, () => {
  it('shows who waits, my chats by who waits longest, and the title says it', async () => {
    const page = await signedIn();
    await page.getByText('más de lo debido').first().waitFor();
    await expect
      .poll(() => page.locator('section[aria-label="Mis chats"] .name').allTextContents())
      .toEqual(['Luis Hernández Cárdenas', 'María José Páez', 'Omar']);
    await expect.poll(() => page.title()).toContain('2 esperan respuesta');
    await look(page, 'desk');
  });

  it('shows a chat whole: days, notes, marks, draft, card', async () => {
    const page = await signedIn('#/c/c_luis');
    await page.getByText('¿Dónde los subo?').last().waitFor();
    await page.getByText('conviene revisar la fecha').waitFor();
    server.push({
      type: 'typing',
      chat: 'c_luis',
      on: true,
      draft: 'Ya encontré la pant',
      from: { role: 'visitor', id: 'v_c_luis' },
    });
    await log(page).getByText('Ya encontré la pant').waitFor();
    await page.getByText('Sin verificar').waitFor();
    await look(page, 'chat');
    await expect.poll(() => server.requests.some((one) => one.type === 'read' && one.seq === 9)).toBe(true);
    await page.keyboard.press('Alt+KeyI');
    await look(page, 'chat-card', ['middle', 'phone']);
  });

  it('sends with Enter, and a note stays a note', async () => {
    const page = await signedIn('#/c/c_luis');
    await composer(page).fill('En «Mis certificados»');
    await composer(page).press('Shift+Enter');
    await composer(page).pressSequentially('botón Subir');
    await composer(page).press('Enter');
    await log(page).getByText('En «Mis certificados»').waitFor();
    await expect
      .poll(() => server.requests.find((one) => one.type === 'message.send')?.text)
      .toBe('En «Mis certificados»\nbotón Subir');
    await composer(page).press('Alt+KeyN');
    await composer(page).fill('Avisar a contabilidad');
    await look(page, 'note-mode', ['wide', 'phone']);
    await composer(page).press('Control+Enter');
    await log(page).getByText('Avisar a contabilidad').waitFor();
    expect(server.requests.filter((one) => one.type === 'message.send')).toHaveLength(1);
    expect(server.requests.find((one) => one.type === 'chat.note')?.text).toBe('Avisar a contabilidad');
  });

  it('keeps what is written while the line is down, over a reload, and sends it once', async () => {
    const page = await signedIn('#/c/c_luis');
    await composer(page).waitFor();
    server.down = true;
    server.cut();
    await page.getByText('Se perdió la conexión').waitFor();
    await composer(page).fill('Esto va sin conexión');
    await composer(page).press('Enter');
    await page.getByText('1 mensaje por enviar').waitFor();
    await look(page, 'line-down');
    await page.reload();
    server.down = false;
    await page.getByText('Conectado').waitFor({ timeout: 20_000 });
    await log(page).getByText('Esto va sin conexión').waitFor();
    await expect
      .poll(
        () =>
          server.chats.get('c_luis')?.entries.filter((e) => e.kind === 'message' && e.text === 'Esto va sin conexión')
            .length,
      )
      .toBe(1);
  });

  it('says why a message was refused, and lets it be copied or sent again', async () => {
    const page = await signedIn('#/c/c_luis');
    await log(page).getByText('¿Dónde los subo?').waitFor();
    server.refuseNext.set('message.send', { code: 'chat_closed' });
    await composer(page).fill('¿Sigue ahí?');
    await composer(page).press('Enter');
    await page.getByText('No se envió: El chat ya terminó.').waitFor();
    await look(page, 'refused', ['wide', 'phone']);
    await page.getByRole('button', { name: 'Enviar de nuevo' }).click();
    await page.getByText('No se envió').waitFor({ state: 'hidden' });
  });

  it('takes the head of a queue and goes there; says so if somebody was faster', async () => {
    const page = await signedIn();
    server.refuseNext.set('chat.take', { code: 'not_found' });
    await page.getByRole('button', { name: 'Tomar el chat de Iván' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Tomar el chat de Rocío Luna' }).click();
    await page.getByText('Otra persona tomó ese chat primero.').waitFor();
    await page.getByRole('button', { name: 'Tomar el primero de Soporte Técnico' }).click();
    await log(page).getByText('No encuentro mi contraseña').waitFor();
    await look(page, 'taken', ['wide']);
  });

  it('transfers to people who can take it, and tells what they have free', async () => {
    const page = await signedIn('#/c/c_luis');
    await page.getByRole('button', { name: 'Transferir' }).click();
    await page.getByRole('radio', { name: /Eva Ruiz En línea · 2 lugares libres/ }).waitFor();
    await expect.poll(() => page.getByRole('radio', { name: /Raúl/ }).isDisabled()).toBe(true);
    await look(page, 'transfer');
    await expect
      .poll(() => page.getByRole('radio', { name: /Eva Ruiz/ }).evaluate((radio) => radio === document.activeElement))
      .toBe(true);
    await page.getByRole('radio', { name: /Eva Ruiz/ }).check();
    await page.getByLabel('Nota para quien').fill('Falta subir el CSD');
    await page.getByRole('dialog').getByRole('button', { name: 'Transferir' }).click();
    await page.getByText('Chat transferido a Eva Ruiz').waitFor();
    await page.getByText('Lo transfirió.', { exact: true }).waitFor();
    expect(server.requests.find((one) => one.type === 'chat.transfer')).toMatchObject({
      to: { agent: 'a_eva' },
      note: 'Falta subir el CSD',
    });
    await look(page, 'transferred', ['wide', 'phone']);
  });

  it('offers the departments that take chats, of whichever channel, and no other', async () => {
    // Colleagues of a department that takes tickets only are there, too.
    server.agents = server.agents.map((agent) => ({
      ...agent,
      free_slots: 0,
      departments: [...agent.departments, 'pagos'],
    }));
    const page = await signedIn('#/c/c_luis');
    await page.getByRole('button', { name: 'Transferir' }).click();
    const departments = page.getByRole('group', { name: 'Departamentos' });
    await departments.getByRole('radio', { name: /Ventas/ }).waitFor();
    expect(await departments.getByRole('radio').count()).toBe(3);
    // Nobody has room: the first choice is a department.
    const first = departments.getByRole('radio').first();
    await expect.poll(() => first.evaluate((radio) => radio === document.activeElement)).toBe(true);
    await departments.getByRole('radio', { name: /Ventas/ }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Transferir' }).click();
    await page.getByText('Chat transferido a Ventas').waitFor();
  });

  it('closes with an outcome', async () => {
    const page = await signedIn('#/c/c_luis');
    await log(page).getByText('¿Dónde los subo?').waitFor();
    await page.keyboard.press('Alt+KeyC');
    await page.getByText('El visitante escribió después').waitFor();
    await look(page, 'close', ['wide', 'phone']);
    await page.getByRole('radio', { name: /ticket/ }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Terminar el chat' }).click();
    await page.getByText('Ana Torres terminó el chat · sigue como ticket').waitFor();
    await look(page, 'closed', ['wide']);
  });

  it('explains why the chat is here', async () => {
    const page = await signedIn('#/c/c_luis');
    await page.getByRole('button', { name: '¿Por qué?' }).click();
    await page.getByText('Elegido: Ana Torres').waitFor();
    await look(page, 'why');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('goes anywhere by keyboard', async () => {
    const page = await signedIn();
    await page.getByText('más de lo debido').first().waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('heading', { name: 'Luis Hernández Cárdenas' }).first().waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('heading', { name: 'María José Páez' }).first().waitFor();
    await page.keyboard.press('Control+KeyK');
    await page.getByRole('combobox').waitFor();
    const offered = await page.getByRole('option').allTextContents();
    for (const word of ['En línea', 'Ausente', 'Fuera']) expect(offered.join('\n')).toContain(`: ${word}`);
    await look(page, 'palette', ['wide', 'phone']);
    await page.keyboard.type('oma');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Omar' }).first().waitFor();
    await page.locator('.chat-head h2').click();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Atajos de teclado' }).waitFor();
    await look(page, 'help', ['wide', 'phone']);
  });

  it('asks before going offline with open chats, and follows the other consoles', async () => {
    const page = await signedIn();
    await page.getByText('más de lo debido').first().waitFor();
    await page.getByRole('radio', { name: 'Fuera' }).click();
    await page.getByText('¿Salir de línea?').waitFor();
    await look(page, 'going-offline', ['wide', 'phone']);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('radio', { name: 'En línea' }).isChecked()).toBe(true);
    // The palette asks, too.
    await page.keyboard.press('Control+KeyK');
    await page.keyboard.type('fuera');
    await page.keyboard.press('Enter');
    await page.getByText('¿Salir de línea?').waitFor();
    await page.keyboard.press('Escape');
    server.push({ type: 'state', state: 'away' });
    await expect.poll(() => page.getByRole('radio', { name: 'Ausente' }).isChecked()).toBe(true);
  });

  it('opens a ticket from the chat: filled in, refused at the field, asked for once', async () => {
    const page = await signedIn('#/c/c_luis');
    await log(page).getByText('¿Dónde los subo?').waitFor();
    await page.keyboard.press('Alt+KeyK');
    const dialog = page.getByRole('dialog', { name: 'Crear un ticket' });
    await dialog.waitFor();
    const subject = dialog.getByLabel('Asunto');
    await expect.poll(() => subject.inputValue()).toContain('no pude timbrar tres facturas');
    await expect.poll(() => dialog.getByLabel('Departamento').inputValue()).toBe('soporte-tecnico');
    await expect.poll(() => dialog.getByLabel('RFC (opcional)').inputValue()).toBe('CACX7605101P8');
    await look(page, 'ticket');
    await subject.fill('');
    await page.keyboard.press('Enter');
    await dialog.getByText('Escriba de qué trata').waitFor();
    await expect.poll(() => subject.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(server.requests.some((one) => one.type === 'chat.ticket')).toBe(false);
    await subject.fill('Error 301 al timbrar');
    await dialog.getByLabel('Departamento').selectOption('Pagos y facturas');
    await dialog.getByRole('radio', { name: 'Urgente' }).check();
    await dialog.getByLabel('RFC').fill('NO-ES');
    server.refuseNext.set('chat.ticket', { code: 'bad_field', field: 'rfc' });
    await page.keyboard.press('Enter');
    await dialog.getByText('Escriba un RFC como').waitFor();
    expect(await dialog.getByLabel('RFC').getAttribute('aria-invalid')).toBe('true');
    await look(page, 'ticket-refused', ['wide', 'phone']);
    await dialog.getByLabel('RFC').fill('');
    server.refuseNext.set('chat.ticket', { code: 'unavailable' });
    await page.keyboard.press('Enter');
    await dialog.getByText('no se creará dos veces').waitFor();
    // Closed and opened again, it is still the same ticket.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Crear ticket' }).click();
    await expect.poll(() => subject.inputValue()).toBe('Error 301 al timbrar');
    await dialog.getByRole('button', { name: 'Crear ticket' }).click();
    const done = page.getByRole('dialog', { name: 'Ticket creado' });
    await done.getByText('T-000124').waitFor();
    await look(page, 'ticket-done', ['wide', 'phone']);
    await page.keyboard.press('Enter');
    await done.waitFor({ state: 'detached' });
    await log(page).getByText('Se abrió el ticket T-000124').waitFor();
    const asked = server.requests.filter((one) => one.type === 'chat.ticket');
    expect(new Set(asked.map((one) => one.client_id)).size).toBe(1);
    expect(asked.at(-1)).toMatchObject({ department: 'pagos', subject: 'Error 301 al timbrar', priority: 'urgent' });
    expect(asked.at(-1)).not.toHaveProperty('rfc');
  });

  it('offers the ticket when a chat is to go on as one, and ends the chat after it; in English, too', async () => {
    const page = await open('#/c/c_maria');
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByLabel('Username').fill('ana');
    await page.getByLabel('Password').fill('correcta');
    await page.keyboard.press('Enter');
    await log(page).getByText('Es la A-1042').waitFor();
    await page.keyboard.press('Alt+KeyC');
    await page.getByRole('radio', { name: /Goes on as a ticket/ }).check();
    await look(page, 'close-as-ticket', ['wide', 'phone']);
    await page.getByRole('dialog').getByRole('button', { name: 'Create ticket' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create a ticket' });
    await expect.poll(() => dialog.getByRole('radio', { name: 'High' }).isChecked()).toBe(true);
    await look(page, 'ticket-english', ['wide']);
    await dialog.getByLabel('Subject').press('Enter');
    await page.getByText('T-000124').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close the chat' }).click();
    await page.getByText('Ana Torres closed the chat · goes on as a ticket').waitFor();
    expect(server.requests.find((one) => one.type === 'chat.close')?.outcome).toBe('ticket');
  });

  it('keeps two windows of one agent in step, and gives way to the same window opened twice', async () => {
    const one = await signedIn('#/c/c_luis');
    const two = await open('#/c/c_luis');
    await two.getByText('Conectado').waitFor();
    await composer(one).fill('Desde la primera');
    await composer(one).press('Enter');
    await log(two).getByText('Desde la primera').waitFor();
    server.cut(4409);
    await one.getByText('se abrió en otra ventana').waitFor();
    await look(one, 'displaced', ['wide', 'phone']);
    await one.getByRole('button', { name: 'Usar esta ventana' }).click();
    await one.getByText('Conectado').waitFor();
  });

  it('never runs what a visitor writes', async () => {
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const luis = server.chats.get('c_luis');
    if (luis)
      Object.assign(luis.visitor, {
        name: evil,
        page: { url: 'javascript:window.hit=1', title: evil },
        fields: { [evil]: evil },
      });
    const page = await signedIn('#/c/c_luis');
    server.visitorSays('c_luis', evil);
    server.push({ type: 'typing', chat: 'c_luis', on: true, draft: evil, from: { role: 'visitor' } });
    await log(page).getByText('onerror').first().waitFor();
    expect(await page.evaluate(() => (window as unknown as { hit?: number }).hit)).toBeUndefined();
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  });
});

describe('empty, loading, past', { timeout: 120_000 }, () => {
  it('says what happens next where there is nothing', async () => {
    server.chats.clear();
    server.queues = server.queues.map((queue) => ({ ...queue, waiting: 0, longest_wait_s: 0, chats: [] }));
    const page = await signedIn();
    await page.getByText('Nadie espera').waitFor();
    await look(page, 'empty');
    server.assign({
      chat: chat('c_new'),
      visitor: { id: 'v_new', name: 'Noé', verified: false, connected: true },
      entries: [],
      notes: [],
    });
    await page.getByText('Le tocó un chat nuevo: Noé.').waitFor();
  });

  it('shows the past, finds in it, and reads it', async () => {
    const page = await signedIn('#/history');
    await page.getByText('Sofía Ibarra').waitFor();
    // What it is sorted by: when it ended, not when the visitor came.
    const sofia = server.chats.get('c_past2');
    const ended = page.locator('.history-list .row', { hasText: 'Sofía Ibarra' }).locator('time');
    expect(await ended.getAttribute('datetime')).toBe(new Date(sofia?.chat.closed_at ?? 0).toISOString());
    expect(await ended.getAttribute('title')).toMatch(/\d{4}.*\d\d:\d\d:\d\d/);
    const open = page.locator('.history-list .row', { hasText: 'Rocío Luna' });
    expect(await open.locator('time').count()).toBe(0);
    await look(page, 'history');
    await page.getByRole('searchbox').fill('usuario');
    await page.keyboard.press('Enter');
    await page.getByText('Sofía Ibarra').waitFor({ state: 'detached' });
    await page.locator('.history-list .row-button').first().click();
    await page.getByText('El visitante calificó: 5 de 5 (muy bien)').waitFor();
    await look(page, 'history-chat');
    await page.getByRole('searchbox').fill('zzz');
    await page.keyboard.press('Enter');
    await page.getByText('Nada coincide').waitFor();
  });

  it('shows skeletons while it loads', async () => {
    const page = await signedIn();
    server.slowMs = 4000;
    await page.getByRole('link', { name: 'Historial' }).click();
    await page.waitForTimeout(500);
    await look(page, 'loading', ['wide']);
  });
});
