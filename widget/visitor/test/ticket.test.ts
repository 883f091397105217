import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { Harness, png } from './harness.ts';

describe('the ticket form in the widget', () => {
  let page: Harness;

  /** Nobody is there; the form is opened with what was typed. */
  const open = async () => {
    page.widget.open('soporte');
    await page.sees('.message');
    page.type('.message', 'No puedo <b>timbrar</b>');
    page.server.setChannel('soporte', { state: 'closed', opens_at: null });
    await page.sees('Dejar un ticket');
    page.press('Dejar un ticket');
    await page.sees('.rfc');
    await page.sees(/Seguimiento de pagos/);
  };
  const fill = () => {
    page.type('.email', ' lucia@example.mx ');
    page.type('.rfc', 'EKU9003173C9');
    page.type('.department', 'pagos');
    page.type('.subject', 'No puedo timbrar');
    page.type('.captcha', '48213');
  };
  const sent = () => page.desk.of('/api/v1/tickets').map(({ body }) => body);
  const keys = () => page.desk.of('/api/v1/tickets').map(({ headers }) => headers['Idempotency-Key']);

  beforeEach(() => {
    page = new Harness();
  });
  afterEach(() => page.end());

  it('has what was typed, asks the desk for the rest, and makes a ticket', async () => {
    await open();
    expect(page.$<HTMLTextAreaElement>('.comments').value).toBe('No puedo <b>timbrar</b>');
    expect([...page.root.querySelectorAll('.department option')].map((one) => one.textContent)).toEqual([
      'Elija…',
      'Soporte Técnico',
      'Seguimiento de pagos',
    ]);
    fill();
    page.type('.priority', 'high');
    page.submit('.ticket');
    await page.sees('Recibimos su ticket T-000001');
    expect(sent()).toEqual([
      {
        email: 'lucia@example.mx',
        rfc: 'EKU9003173C9',
        department: 'pagos',
        subject: 'No puedo timbrar',
        priority: 'high',
        comments: 'No puedo <b>timbrar</b>',
        files: [],
        captcha: { id: 'q1', answer: '48213' },
      },
    ]);
    expect(page.text).toMatch(/Primera respuesta, a más tardar: mañana, \d+:\d\d/);
    expect(page.text).toMatch(/Solución, a más tardar: \p{L}+, \d+:\d\d/u);
    expect(page.$('a.main').getAttribute('href')).toBe('https://desk.example/ticket/T-000001?key=secreta');
    expect(page.root.activeElement).toBe(page.$('.sent'));
    expect(page.root.querySelector('b[onerror], .ticket img')).toBeNull();
    page.press('Volver al chat');
    await page.sees('Dejar un ticket');
    expect(page.text).not.toContain('Conservamos lo que escribió');
  });

  it('says which chat it is about, and who asks; where the desk knows neither any more it is a ticket of its own', async () => {
    await page.begin();
    page.press('Dejar un ticket');
    await page.sees('.rfc');
    await page.sees(/Seguimiento de pagos/);
    fill();
    const gone = { code: 'not_found', detail: 'x', message: 'No está.' };
    page.desk.refusals.push({ status: 404, body: gone });
    page.submit('.ticket');
    await page.sees('Recibimos su ticket T-000001');
    const [first, second] = page.desk.of('/api/v1/tickets');
    expect(first?.body).toMatchObject({ chat: expect.stringMatching(/^c/) });
    expect(first?.headers['Authorization']).toMatch(/^Bearer .+/);
    const { chat, ...rest } = first?.body ?? {};
    expect(second?.body).toEqual(rest);
    expect(second?.headers['Authorization']).toBeUndefined();
    expect(chat).toBeTruthy();
    expect(page.desk.tickets.size).toBe(1);
  });

  it('speaks English', async () => {
    await open();
    page.widget.setLocale('en');
    await page.sees('Send ticket');
    page.submit('.ticket');
    await page.sees('This is needed.');
    expect(page.text).toContain('Please check what is marked.');
    expect(page.text).not.toMatch(/Asunto|Enviar|Prioridad/);
  });

  it('marks every empty field at once, and the keyboard goes to the first', async () => {
    await open();
    page.type('.email', 'lucia@example');
    page.submit('.ticket');
    await page.sees('Escríbalo como ana@ejemplo.mx.');
    const wrong = [...page.root.querySelectorAll('[aria-invalid=true]')];
    expect(wrong.map((one) => one.className)).toEqual(['email', 'rfc', 'department', 'subject', 'captcha']);
    for (const one of wrong) {
      const note = page.$(`#${one.getAttribute('aria-describedby')}`);
      expect(note.className).toBe('error');
      expect(note.textContent).not.toBe('');
    }
    expect(page.root.activeElement).toBe(page.$('.email'));
    expect(sent()).toEqual([]);
    page.type('.email', 'lucia@example.mx');
    await eventually(() => expect(page.$('.email').getAttribute('aria-invalid')).toBe('false'));
  });

  it('judges an RFC when it is left, and only warns of its check digit', async () => {
    await open();
    page.type('.rfc', 'EKU900231');
    page.$('.rfc').dispatchEvent(new Event('blur'));
    await page.sees('Revise el RFC');
    page.type('.rfc', 'EKU9003173C8');
    page.$('.rfc').dispatchEvent(new Event('blur'));
    await page.sees('El último dígito no coincide');
    expect(page.$('.rfc').getAttribute('aria-invalid')).toBe('false');
  });

  it("shows every error of the server's at its field, keeps all, and fetches a new code for a wrong one", async () => {
    await open();
    fill();
    page.desk.refusals.push({
      status: 422,
      body: {
        code: 'bad_field',
        errors: [
          { field: 'captcha', code: 'wrong', message: 'El código no coincide.' },
          { field: 'subject', code: 'too_long', message: 'El <i>asunto</i> es muy largo.' },
          { field: 'files[0]', code: 'unknown', message: 'Ese archivo ya no está.' },
        ],
      },
    });
    page.submit('.ticket');
    await page.sees('El <i>asunto</i> es muy largo.');
    expect(page.text).toContain('El código no coincide.');
    expect(page.text).toContain('Ese archivo ya no está.');
    expect(page.root.querySelector('.ticket i')).toBeNull();
    expect(page.root.activeElement).toBe(page.$('.subject'));
    await eventually(() => expect(page.desk.challenges).toEqual(['q1', 'q2']));
    await eventually(() => expect(page.$<HTMLInputElement>('.captcha').value).toBe(''));
    expect(page.$<HTMLInputElement>('.rfc').value).toBe('EKU9003173C9');
    page.type('.captcha', '11111');
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    expect(sent().at(-1)).toMatchObject({ captcha: { id: 'q2', answer: '11111' } });
    expect(new Set(keys()).size).toBe(2);
  });

  it('repeats what had no answer, as it was and under its key, before anything else', async () => {
    await open();
    fill();
    page.desk.mute = true;
    page.submit('.ticket');
    await page.sees('No hubo respuesta.');
    page.type('.subject', 'Otro asunto');
    page.desk.mute = false;
    page.submit('.ticket');
    await page.sees('Recibimos su ticket T-000001');
    expect(page.desk.tickets.size).toBe(1);
    expect(new Set(keys()).size).toBe(1);
    expect(sent()[1]).toEqual(sent()[0]);
  });

  it('sends what stands there now when the attempt without an answer had been refused', async () => {
    await open();
    fill();
    page.desk.refusals.push({ status: 503, body: { code: 'unavailable', detail: 'x', message: 'Ahora no se puede.' } });
    page.submit('.ticket');
    await page.sees('Ahora no se puede.');
    page.type('.subject', 'Otro asunto');
    page.desk.refusals.push({
      status: 422,
      body: { code: 'bad_field', errors: [{ field: 'subject', code: 'invalid', message: 'No.' }] },
    });
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    expect(sent().map((body) => body?.['subject'])).toEqual(['No puedo timbrar', 'No puedo timbrar', 'Otro asunto']);
    expect(page.desk.tickets.size).toBe(1);
  });

  it('keeps everything over a reload: texts, the code, files, and an attempt without an answer', async () => {
    await open();
    fill();
    page.give('drop', '.ticket', png('captura.png'));
    await page.sees(/captura\.png.*Listo/);
    page.desk.mute = true;
    page.submit('.ticket');
    await page.sees('No hubo respuesta.');
    page.desk.mute = false;
    page.make();
    await page.sees('.rfc');
    expect(page.$<HTMLInputElement>('.rfc').value).toBe('EKU9003173C9');
    expect(page.$<HTMLInputElement>('.subject').value).toBe('No puedo timbrar');
    expect(page.text).toContain('captura.png');
    await page.sees(/Seguimiento de pagos/);
    expect(page.$<HTMLSelectElement>('.department').value).toBe('pagos');
    expect(page.desk.challenges).toEqual(['q1']);
    page.type('.captcha', '48213');
    page.submit('.ticket');
    await page.sees('Recibimos su ticket T-000001');
    expect(page.desk.tickets.size).toBe(1);
    page.make();
    await page.sees('Recibimos su ticket T-000001');
  });

  it('takes files by choice, drop and paste, with progress, and takes them back', async () => {
    await open();
    page.desk.hold = true;
    expect(page.give('drop', '.ticket', png('uno.png'), png('dos.png'))).toBe(true);
    expect(page.give('paste', '.comments')).toBe(false);
    await page.sees('uno.png');
    page.desk.held[0]?.progress(0.42);
    await page.sees('Subiendo 42 %');
    // One after the other.
    expect(page.desk.held).toHaveLength(1);
    page.desk.held[0]?.finish();
    await eventually(() => expect(page.desk.held).toHaveLength(2));
    page.press('Quitar: dos.png');
    await eventually(() => expect(page.text).not.toContain('dos.png'));
    page.give('paste', '.comments', png('tres.png'));
    await eventually(() => expect(page.desk.held).toHaveLength(3));
    fill();
    page.submit('.ticket');
    await page.sees('Enviando…');
    expect(sent()).toEqual([]);
    page.desk.held[2]?.finish();
    await page.sees('Recibimos su ticket');
    expect(sent()[0]).toMatchObject({ files: ['f_1', 'f_2'] });
    expect(page.desk.uploads.map(({ by, name }) => [by, name])).toEqual([
      ['q1', 'uno.png'],
      ['q1', 'tres.png'],
    ]);
  });

  it('says what is wrong with a file, and sends nothing until it is gone', async () => {
    await open();
    page.desk.site['files'] = { max_mib: 1, types: [] };
    page.desk.refuseUpload = 'Ese tipo de archivo no se acepta.';
    page.give('drop', '.ticket', png('enorme.png', 11 * 1_048_576), png('<img src=x>.png'));
    await page.sees('Pesa más de');
    await page.sees('Ese tipo de archivo no se acepta.');
    expect(page.root.querySelector('.ticket img')).toBeNull();
    expect(page.desk.of('/api/v1/files')).toHaveLength(1);
    fill();
    page.submit('.ticket');
    await page.sees('Revise lo marcado.');
    expect(sent()).toEqual([]);
    page.press('Quitar: enorme.png');
    page.press('Quitar: <img');
    await eventually(() => expect(page.root.querySelectorAll('.file')).toHaveLength(0));
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    page.desk.refuseUpload = undefined;
  });

  it('takes five files at most', async () => {
    await open();
    page.desk.hold = true;
    page.give('drop', '.ticket', ...[1, 2, 3, 4, 5, 6].map((n) => png(`${n}.png`)));
    await page.sees('Hasta 5 archivos.');
    expect(page.root.querySelectorAll('.file')).toHaveLength(5);
  });

  it('uploads again what belonged to a code that was replaced', async () => {
    await open();
    page.give('drop', '.ticket', png('captura.png'));
    await page.sees(/captura\.png.*Listo/);
    page.press('Otro código');
    await eventually(() => expect(page.desk.uploads.map(({ by }) => by)).toEqual(['q1', 'q2']));
    await page.sees(/captura\.png.*Listo/);
    fill();
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    expect(sent()[0]).toMatchObject({ files: ['f_2'], captcha: { id: 'q2' } });
  });

  it('is there while one waits, with what was said, and tells when somebody has come', async () => {
    await page.begin('Hola');
    page.type('.text', 'y otra cosa');
    page.press('Dejar un ticket');
    await page.sees('.rfc');
    expect(page.$<HTMLTextAreaElement>('.comments').value).toBe('Hola\n\ny otra cosa');
    expect(page.$<HTMLInputElement>('.email').value).toBe('lucia@example.mx');
    expect(page.$<HTMLSelectElement>('.department').value).toBe('');
    page.server.assign(page.server.room.chat.id);
    await page.sees('Ana Ruiz ya le atiende en el chat.');
    page.press('Volver al chat');
    await page.sees('Ana Ruiz le atiende.');
    expect(page.$<HTMLTextAreaElement>('.text').value).toBe('y otra cosa');
  });

  it('does the work of a `pow` meanwhile', async () => {
    page.desk.site['captcha'] = { mode: 'pow' };
    await open();
    expect(page.root.querySelector('canvas, .captcha')).toBeNull();
    expect(page.desk.of('/api/v1/captcha')[0]?.body).toEqual({ kind: 'pow' });
    for (const [field, value] of Object.entries({ email: 'a@b.mx', rfc: 'EKU9003173C9', subject: 'x' })) {
      page.type(`.${field}`, value);
    }
    page.type('.department', 'pagos');
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    expect(sent()[0]).toMatchObject({ captcha: { id: 'q1', answer: expect.stringMatching(/./) } });
  });

  it('asks for a code where the browser cannot do the work and the site takes either', async () => {
    page.desk.site['captcha'] = { mode: 'both' };
    vi.stubGlobal('crypto', { getRandomValues: (array: Uint8Array) => array.fill(7) });
    await open();
    await page.sees('.captcha');
    fill();
    page.submit('.ticket');
    await page.sees('Recibimos su ticket');
    expect(page.desk.of('/api/v1/captcha').map(({ body }) => body)).toEqual([{ kind: 'pow' }, { kind: 'code' }]);
    expect(sent()[0]).toMatchObject({ captcha: { id: 'q2', answer: '48213' } });
  });

  it('leads to the page of the form where its file cannot be had', async () => {
    page.widget.load = () => Promise.reject(new TypeError('blocked'));
    page.widget.open('soporte');
    await page.sees('.message');
    page.server.setChannel('soporte', { state: 'closed', opens_at: null });
    await page.sees('Dejar un ticket');
    // Where the link leads to is not of interest here.
    page.root.addEventListener('click', (event) => {
      prevented.push(event.defaultPrevented);
      event.preventDefault();
    });
    const prevented: boolean[] = [];
    const click = () => page.$('a.main').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    click();
    await page.sees('No se pudo. Inténtelo de nuevo.');
    click();
    expect(prevented).toEqual([true, false]);
    expect(page.$('a.main').getAttribute('href')).toBe('https://desk.example/ticket');
  });

  it('forgets it all at logout, whatever is still on its way', async () => {
    await open();
    fill();
    page.desk.hold = true;
    page.give('drop', '.ticket', png('captura.png'));
    await page.sees('captura.png');
    page.widget.logout();
    page.desk.held[0]?.finish();
    await page.sees('Dejar un ticket');
    await new Promise((resolve) => setTimeout(resolve));
    expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/lucia|EKU|captura/);
  });
});
