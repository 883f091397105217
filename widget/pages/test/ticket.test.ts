import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { FakeDesk } from '../../visitor/test/fake_desk.ts';
import { enhanceAnswer } from '../src/ticket/answer.ts';
import { inWords, tellDue } from '../src/ticket/due.ts';
import { enhanceTicketForm } from '../src/ticket/form.ts';

/** What of the server's templates the script builds on. */
const field = (name: string, control: string) => `<div class="field"><label for="${name}">${name}</label>
  <p class="hint" id="${name}-hint">pista</p><p class="error" id="${name}-error" hidden></p>${control}</div>`;
const text = (name: string) => field(name, `<input id="${name}" name="${name}" required>`);
const code = `<div id="captcha-code"><input type="hidden" name="captcha_id" value="q0">
  <img id="captcha-image" src="data:image/png;base64,AA=="><audio id="captcha-audio"></audio>
  <input id="captcha_answer" name="captcha_answer" required><button id="captcha-new" name="action" value="new_code">Otro</button></div>`;
const work = `<div id="captcha-code"><input type="hidden" name="captcha_id" value="">
  <input type="hidden" id="captcha_answer" name="captcha_answer" value=""></div>`;
const files = field('files', '<input id="files" name="files" type="file">');

const form = (
  mode: string,
  captcha = code,
) => `<form id="ticket-form" method="post" action="/ticket" novalidate data-captcha="${mode}">
  <button class="unseen" name="action" value="send"></button>
  <div id="error-summary" role="alert" tabindex="-1" hidden></div>
  ${text('email')}${text('rfc')}
  ${field('department', '<select id="department" name="department" required><option value="">Elija</option><option value="pagos">Pagos</option></select>')}
  ${field('priority', '<select id="priority" name="priority" required><option value="normal">Normal</option><option value="high">Alta</option></select>')}
  ${text('subject')}${field('comments', '<textarea id="comments" name="comments"></textarea>')}${files}
  <fieldset id="captcha" class="field"><p class="error" id="captcha-error" hidden></p><p id="captcha-status" hidden></p>${captcha}</fieldset>
  <div class="actions"><button name="action" value="send">Enviar ticket</button></div></form>`;

const answer = `<form id="answer-form" method="post" novalidate><div id="error-summary" tabindex="-1" hidden></div>
  ${field('text', '<textarea id="text" name="text"></textarea>')}${files}
  <div class="actions"><button name="action" value="send">Enviar respuesta</button>
  <button name="action" value="solve">Quedó solucionado</button></div></form>`;

let desk: FakeDesk;
let gone: string[];

const $ = <T extends HTMLElement = HTMLInputElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector} in ${document.body.innerHTML}`);
  return found;
};
const type = (name: string, value: string) => {
  $(`[name=${name}]`).value = value;
  $(`[name=${name}]`).dispatchEvent(new Event('input', { bubbles: true }));
};
/** As a browser does it when a button is pressed. Whether the browser itself would send the form. */
const press = (value = 'send'): boolean => {
  const button = $<HTMLButtonElement>(`.actions [value=${value}], #captcha-new[value=${value}]`);
  const event = new Event('submit', { bubbles: true, cancelable: true });
  Object.assign(event, { submitter: button });
  button.dispatchEvent(new Event('click', { bubbles: true, cancelable: true }));
  return button.form?.dispatchEvent(event) ?? false;
};
const fill = () => {
  for (const [name, value] of Object.entries({ email: 'lucia@example.mx', rfc: 'EKU9003173C9', subject: 'Hola' })) {
    type(name, value);
  }
  type('department', 'pagos');
  if (document.querySelector('#captcha-image')) type('captcha_answer', '482130');
};
const png = (name: string) => new File([new Uint8Array(3)], name, { type: 'image/png' });
const drop = (...given: File[]) => {
  const event = new Event('drop', { bubbles: true, cancelable: true });
  $('form').dispatchEvent(Object.assign(event, { dataTransfer: { types: ['Files'], files: given } }));
};
const sent = () => desk.of('/api/v1/tickets').map(({ body }) => body);

beforeEach(() => {
  desk = new FakeDesk();
  desk.install();
  gone = [];
  sessionStorage.clear();
  document.documentElement.lang = 'es-MX';
  history.replaceState(null, '', '/ticket');
});
afterEach(() => vi.unstubAllGlobals());

describe('the form at /ticket', () => {
  const open = (mode = 'code', captcha = code) => {
    document.body.innerHTML = form(mode, captcha);
    enhanceTicketForm(document, (path) => gone.push(path));
  };

  it('sends a ticket by the API and goes to the page that says so', async () => {
    history.replaceState(null, '', '/ticket?lang=es');
    open();
    fill();
    expect(press()).toBe(false);
    // Impatience sends nothing twice.
    press();
    expect($('.actions button').textContent).toBe('Enviando…');
    await eventually(() => expect(gone).toEqual(['/ticket/T-000001?key=secreta&sent=1&lang=es']));
    expect(sent()).toEqual([
      {
        email: 'lucia@example.mx',
        rfc: 'EKU9003173C9',
        department: 'pagos',
        priority: 'normal',
        subject: 'Hola',
        comments: '',
        files: [],
        captcha: { id: 'q0', answer: '482130' },
      },
    ]);
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('lucia');
  });

  it('tells every mistake at its field and in a summary, the keyboard at the first', () => {
    open();
    type('email', 'lucia@');
    expect(press()).toBe(false);
    const wrong = [...document.querySelectorAll('[aria-invalid=true]')].map(({ id }) => id);
    expect(wrong).toEqual(['email', 'rfc', 'department', 'subject', 'captcha_answer']);
    expect($('#email-error').textContent).toBe('Escríbalo como ana@ejemplo.mx.');
    expect(document.activeElement?.id).toBe('email');
    const links = [...document.querySelectorAll('#error-summary a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(['#email', '#rfc', '#department', '#subject', '#captcha_answer']);
    type('email', 'lucia@example.mx');
    expect($('#email-error').hidden).toBe(true);
    expect($('#email').hasAttribute('aria-invalid')).toBe(false);
  });

  it('judges a field when it is left, and of a check digit only warns', () => {
    open();
    type('rfc', 'EKU9003173C');
    $('#rfc').dispatchEvent(new Event('blur'));
    expect($('#rfc-error').textContent).toContain('Revise el RFC');
    type('rfc', 'EKU9003173C8');
    $('#rfc').dispatchEvent(new Event('blur'));
    expect($('#rfc-error').hidden).toBe(true);
    expect($('#rfc-hint').textContent).toContain('El último dígito no coincide');
    $('#email').dispatchEvent(new Event('blur'));
    expect($('#email-error').hidden).toBe(true);
  });

  it("shows the server's errors as text, gets a new code for a wrong one, and keeps what was typed", async () => {
    open();
    fill();
    drop(png('uno.png'));
    await eventually(() => expect(desk.uploads.map(({ by }) => by)).toEqual(['q0']));
    desk.refusals.push({
      status: 422,
      body: {
        code: 'bad_field',
        errors: [
          { field: 'captcha', code: 'wrong', message: 'No coincide.' },
          { field: 'subject', code: 'invalid', message: '<b>Una</b> línea.' },
        ],
      },
    });
    press();
    await eventually(() => expect($('#subject-error').textContent).toBe('<b>Una</b> línea.'));
    expect(document.querySelector('#error-summary b, .error b')).toBeNull();
    expect(document.activeElement?.id).toBe('subject');
    await eventually(() => expect($('[name=captcha_id]').value).toBe('q1'));
    expect($('#captcha_answer').value).toBe('');
    expect($('#captcha-image').getAttribute('src')).toBe('data:image/png;base64,iVBORw0KGgo=');
    // What belonged to the old challenge goes up again.
    await eventually(() => expect(desk.uploads.map(({ by }) => by)).toEqual(['q0', 'q1']));
    type('captcha_answer', '111111');
    press();
    await eventually(() => expect(gone).toHaveLength(1));
    expect(sent().at(-1)).toMatchObject({
      rfc: 'EKU9003173C9',
      files: ['f_2'],
      captcha: { id: 'q1', answer: '111111' },
    });
  });

  it('renews the code without a script-free round trip', async () => {
    open();
    type('captcha_answer', '1');
    $('#captcha-new').click();
    await eventually(() => expect($('[name=captcha_id]').value).toBe('q1'));
    await eventually(() => expect(document.activeElement?.id).toBe('captcha_answer'));
    expect($('#captcha-status').textContent).toBe('Hay un código nuevo.');
    expect($('#captcha-audio').getAttribute('src')).toBe('data:audio/wav;base64,UklGRg==');
  });

  it('never doubles what had no answer, and keeps it over a reload', async () => {
    open();
    fill();
    desk.mute = true;
    press();
    await eventually(() => expect($('#error-summary').textContent).toContain('No hubo respuesta.'));
    desk.mute = false;
    open();
    expect($('#rfc').value).toBe('EKU9003173C9');
    expect($('#department').value).toBe('pagos');
    type('captcha_answer', '482130');
    type('subject', 'Otro');
    press();
    await eventually(() => expect(gone).toHaveLength(1));
    expect(desk.tickets.size).toBe(1);
  });

  it('has what came from the widget, and no longer in the address', () => {
    history.replaceState(null, '', '/ticket#comments=Hola+%3Cb%3E&email=lucia%40example.mx');
    open();
    expect($('#comments').value).toBe('Hola <b>');
    expect($('#email').value).toBe('lucia@example.mx');
    expect(location.hash).toBe('');
  });

  it('shows files on their way, and says what is wrong with one', async () => {
    open();
    desk.hold = true;
    drop(png('<i>uno</i>.png'));
    await eventually(() => expect(desk.held).toHaveLength(1));
    desk.held[0]?.progress(0.5);
    expect($<HTMLProgressElement>('.upload progress').value).toBe(0.5);
    expect($<HTMLImageElement>('.upload img').src).toMatch(/^blob:/);
    expect(document.querySelector('.upload i')).toBeNull();
    desk.refuseUpload = 'Ese tipo no se acepta.';
    desk.held[0]?.finish();
    await eventually(() => expect($('.upload .error').textContent).toBe('Ese tipo no se acepta.'));
    fill();
    press();
    await eventually(() => expect($('#files-error').textContent).toBe('Quite los archivos que no subieron.'));
    expect(sent()).toEqual([]);
    $('.upload button').click();
    expect(document.querySelector('.upload')).toBeNull();
    press();
    await eventually(() => expect(gone).toHaveLength(1));
  });

  it('does the work of a `pow` while the form is filled in', async () => {
    open('pow', work);
    await eventually(() => expect($('#captcha-status').textContent).toBe('Comprobado: no es un robot.'));
    fill();
    press();
    await eventually(() => expect(gone).toHaveLength(1));
    expect(sent()[0]).toMatchObject({ captcha: { id: 'q1', answer: expect.stringMatching(/./) } });
  });

  it('spares people the code where either will do', async () => {
    open('both');
    await eventually(() => expect($('[name=captcha_id]').value).toBe('q1'));
    expect($('#captcha-code').hidden).toBe(true);
    expect(desk.of('/api/v1/captcha')[0]?.body).toEqual({ kind: 'pow' });
  });

  it('leaves a form alone that holds files of a plain one', () => {
    open('code', `${code}<input type="checkbox" name="file_id" value="f_1" checked>`);
    expect(press()).toBe(true);
    expect(desk.asked).toEqual([]);
  });

  it('speaks English', () => {
    document.documentElement.lang = 'en';
    open();
    press();
    expect($('#email-error').textContent).toBe('This is needed.');
  });
});

describe("the requester's page", () => {
  const open = () => {
    history.replaceState(null, '', '/ticket/T-000007?key=k');
    document.body.innerHTML = answer;
    enhanceAnswer(document, (path) => gone.push(path));
  };
  const path = '/api/v1/tickets/T-000007/messages';

  beforeEach(() => {
    desk.other.set(path, { message: {}, ticket: {} });
  });

  it('sends an answer with a file', async () => {
    open();
    press();
    expect($('#text-error').textContent).toBe('Este dato hace falta.');
    type('text', 'Ya <b>quedó</b>');
    drop(png('uno.png'));
    await eventually(() => expect(desk.uploads).toHaveLength(1));
    expect(desk.of('/api/v1/files')[0]?.query).toBe('?ticket=T-000007&key=k');
    press();
    await eventually(() => expect(gone).toEqual(['/ticket/T-000007?key=k#last']));
    const [asked] = desk.of(path);
    expect(asked?.query).toBe('?key=k');
    expect(asked?.body).toEqual({ text: 'Ya <b>quedó</b>', files: ['f_1'] });
    expect(asked?.headers['Idempotency-Key']).toMatch(/./);
    open();
    expect($('#text').value).toBe('');
  });

  it('says that it is solved, without a word needed', async () => {
    open();
    press('solve');
    await eventually(() => expect(gone).toHaveLength(1));
    expect(desk.of(path)[0]?.body).toEqual({ text: 'Quedó solucionado, gracias.', files: [], state: 'solved' });
  });

  it('goes to the ticket that goes on from one closed for long', async () => {
    desk.other.set(path, { message: {}, ticket: {}, url: 'https://desk.example/ticket/T-000008?key=n' });
    open();
    type('text', 'Sigue igual');
    press();
    await eventually(() => expect(gone).toEqual(['/ticket/T-000008?key=n#last']));
  });
});

describe('due times', () => {
  it('are told in the largest unit that says enough', () => {
    const hour = 3_600_000;
    expect(inWords(hour / 2, 'es-MX')).toBe('dentro de 30 minutos');
    expect(inWords(3 * hour, 'en')).toBe('in 3 hours');
    expect(inWords(-3 * hour, 'es-MX')).toBe('hace 3 horas');
    expect(inWords(72 * hour, 'es-MX')).toBe('dentro de 3 días');
  });

  it('stand beside the time, once', () => {
    document.body.innerHTML = '<p><time data-due="7200000">a las 9:00</time></p>';
    tellDue(document, 0);
    tellDue(document, 3_600_000);
    expect($('p').textContent).toBe('a las 9:00 (dentro de 60 minutos)');
  });
});
