import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { FakeServer } from '../../client/test/fake_server.ts';
import { type EventName, type Setting, Widget } from '../src/widget.ts';
import { site } from './site.ts';

// A few turns: what is said, what is answered, and what follows from the answer.
const settle = (ms = 10) => vi.advanceTimersByTimeAsync(ms);

describe('the widget and a server', () => {
  let server: FakeServer;
  let widget: Widget;

  const make = (change: Partial<Setting> = {}) => {
    const made = new Widget({ site, server: 'https://desk.example', channels: [], locale: '', open: '', ...change });
    // Its further files, from the source and not from a server.
    made.load = (part) => import(`../src/${part}/main.tsx`);
    return made;
  };
  const root = () => widget.element.shadowRoot as ShadowRoot;
  const text = () => root().textContent ?? '';
  const $ = <T extends HTMLElement>(selector: string): T => {
    const found = root().querySelector<T>(selector);
    if (!found) throw new Error(`no ${selector} in ${text()}`);
    return found;
  };
  const type = (selector: string, value: string) => {
    $<HTMLInputElement>(selector).value = value;
    $(selector).dispatchEvent(new Event('input'));
  };
  const submit = async (selector = 'form') => {
    $(selector).dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
  };
  const begin = async (message = 'No puedo timbrar') => {
    widget.open('soporte');
    await settle();
    type('.message', message);
    await submit();
    type('.name', 'Lucía');
    type('.email', 'lucia@example.mx');
    type('.department', 'any');
    await submit();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    // Locks and channels have tests of their own; here each widget leads for itself.
    vi.stubGlobal('BroadcastChannel', undefined);
    server = new FakeServer();
    vi.stubGlobal('WebSocket', server.WebSocket);
    localStorage.clear();
    sessionStorage.clear();
    widget = make();
  });
  afterEach(() => {
    widget.destroy();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('connects to nobody before it is opened', async () => {
    await settle(5_000);
    expect(server.peers.size).toBe(0);
    expect([...root().querySelectorAll('.launch')].map((one) => one.textContent)).toEqual([
      'Chat de Soporte',
      'Chat de Ventas',
    ]);
    widget.open();
    await settle();
    expect(server.peers.size).toBe(1);
    widget.close();
    expect(server.peers.size).toBe(0);
  });

  it('asks for the message first, then for the rest, and says at the field what is missing', async () => {
    widget.open('soporte');
    await settle();
    await submit();
    expect($('.error').textContent).toBe('Este dato hace falta.');
    expect($('.message').getAttribute('aria-invalid')).toBe('true');
    type('.message', 'Hola');
    await submit();
    type('.email', 'lucia@example');
    await submit();
    expect(root().querySelectorAll('.error')).toHaveLength(3);
    expect(text()).toContain('ana@ejemplo.mx');
    expect(root().activeElement).toBe($('.name'));
    expect(server.rooms.size).toBe(0);
  });

  it('starts a chat of which the first entry is the message', async () => {
    await begin();
    expect(server.room.entries[0]).toMatchObject({ kind: 'message', text: 'No puedo timbrar' });
    expect(text()).toContain('Es el 3.º en la fila.');
    server.move(server.room.chat.id, 1, 30);
    await settle();
    expect(text()).toContain('cerca de 1 minuto. Es el 1.º en la fila.');
  });

  it('asks for name and address only in sales', async () => {
    widget.open('ventas');
    await settle();
    type('.name', 'Lucía');
    type('.email', 'lucia@example.mx');
    await submit();
    const start = [...server.peers][0]?.received.find((frame) => frame.type === 'chat.start');
    expect(start).toMatchObject({ name: 'Lucía', email: 'lucia@example.mx' });
    expect(start).not.toHaveProperty('message');
  });

  it('talks, both ways, with marks and dots', async () => {
    await begin();
    const { id } = server.room.chat;
    server.assign(id);
    server.typing(id, true);
    await settle();
    expect(text()).toContain('Ana Ruiz está escribiendo…');
    server.say(id, 'Buenas tardes');
    await settle();
    expect(text()).not.toContain('está escribiendo');
    type('.text', 'Gracias');
    await submit('.composer');
    expect(server.room.entries.at(-1)).toMatchObject({ text: 'Gracias' });
    expect($<HTMLTextAreaElement>('.text').value).toBe('');
    expect(root().querySelectorAll('[aria-label=Entregado]')).toHaveLength(2);
    server.readByAgent(id);
    await settle();
    expect(root().querySelectorAll('[aria-label=Leído]')).toHaveLength(2);
    const typing = [...server.peers][0]?.received.filter((frame) => frame.type === 'typing');
    expect(typing?.[0]).toMatchObject({ on: true, draft: 'Gracias' });
    expect(typing?.at(-1)).toMatchObject({ on: false });
  });

  it('asks the desk at once when the browser says that the network has gone', async () => {
    await begin();
    const asked = () => [...server.peers][0]?.received.filter((frame) => frame.type === 'page').length;
    const before = asked() ?? 0;
    dispatchEvent(new Event('offline'));
    await settle();
    expect(asked()).toBe(before + 1);
  });

  it('keeps what is written offline, also over a reload, and sends it once', async () => {
    await begin();
    server.silent = true;
    server.cut();
    await settle();
    expect(text()).toContain('Reconectando');
    type('.text', 'uno');
    await submit('.composer');
    expect(root().querySelectorAll('.pending')).toHaveLength(1);
    widget.destroy();
    server.silent = false;
    widget = make();
    await settle(100);
    expect(server.room.entries.filter((entry) => entry.kind === 'message')).toHaveLength(2);
    expect(root().querySelectorAll('.pending')).toHaveLength(0);
    expect(text()).toContain('No puedo timbrar');
  });

  it('gives back what the server will not take', async () => {
    await begin();
    server.errors.push({ type: 'message.send', error: { code: 'chat_closed', message: 'El chat terminó.' } });
    type('.text', 'tarde');
    await submit('.composer');
    expect(text()).toContain('No se entregó su mensaje: El chat terminó.');
    expect($<HTMLTextAreaElement>('.text').value).toBe('tarde');
  });

  it('shows a refused field at the field', async () => {
    server.errors.push({
      type: 'chat.start',
      error: { code: 'bad_field', field: 'email', message: 'Correo no válido.' },
    });
    await begin();
    expect($('.error').textContent).toBe('Correo no válido.');
    expect($<HTMLInputElement>('.name').value).toBe('Lucía');
  });

  it('counts what was not seen, in the badge and the title', async () => {
    document.title = 'Tienda';
    await begin();
    server.assign(server.room.chat.id);
    widget.close();
    server.say(server.room.chat.id, 'uno');
    server.say(server.room.chat.id, 'dos');
    await settle();
    expect($('.badge').textContent).toBe('2 Mensajes nuevos');
    expect(document.title).toBe('(2) Tienda');
    widget.open();
    await settle();
    expect(root().querySelector('.badge')).toBeNull();
    expect(document.title).toBe('Tienda');
    expect(server.room.chat.read.visitor).toBe(server.room.entries.length);
  });

  it('is rated at the end, mails the log, starts anew', async () => {
    await begin();
    server.assign(server.room.chat.id);
    server.end(server.room.chat.id);
    await eventually(() => $('[type=radio]'));
    const [, , , good] = root().querySelectorAll<HTMLInputElement>('[type=radio]');
    good?.dispatchEvent(new Event('change'));
    await settle();
    $<HTMLTextAreaElement>('.foot textarea').value = 'Muy amable';
    await submit('.foot form');
    expect(server.room.entries.at(-1)).toMatchObject({ kind: 'rated', score: 4, comment: 'Muy amable' });
    expect(text()).toContain('Gracias por su opinión.');
    await settle();
    const [mail, again] = root().querySelectorAll<HTMLButtonElement>('.foot .link');
    mail?.click();
    await settle();
    expect(text()).toContain('Se la enviaremos por correo.');
    again?.click();
    await settle();
    expect($<HTMLTextAreaElement>('.message').value).toBe('');
  });

  it('offers phones and a ticket with the text when nobody is there, and changes by itself', async () => {
    widget.open('soporte');
    await settle();
    type('.message', 'Hola & adiós');
    server.setChannel('soporte', { state: 'closed', opens_at: Date.now() + 86_400_000 });
    await settle();
    expect(text()).toContain('Abrimos mañana');
    expect($('a[href^="tel:"]').getAttribute('href')).toBe('tel:+522226996524');
    expect($('a.main').getAttribute('href')).toBe('https://desk.example/ticket#comments=Hola+%26+adi%C3%B3s');
    server.setChannel('soporte', { state: 'open' });
    await settle();
    expect($<HTMLTextAreaElement>('.message').value).toBe('Hola & adiós');
  });

  it('never makes markup of what somebody says', async () => {
    await begin('<b>x</b>');
    server.assign(server.room.chat.id, { id: 'a_1', name: '<i>Ana</i>' });
    server.say(server.room.chat.id, '<script>alert(1)</script><img src=x onerror=alert(1)>');
    await settle();
    expect(root().querySelector('script, img')).toBeNull();
    expect(text()).toContain('<i>Ana</i> le atiende.');
  });

  it('answers its interface', async () => {
    const heard: string[] = [];
    const names: EventName[] = [
      'ready',
      'state',
      'queue',
      'assigned',
      'message',
      'unread',
      'ended',
      'offline',
      'error',
    ];
    const off = names.map((name) => widget.on(name, () => heard.push(name)));
    widget.identify({ name: 'Lucía', email: 'lucia@example.mx' });
    widget.setDepartment('soporte-tecnico');
    widget.send('Desde la página');
    await settle();
    expect($<HTMLTextAreaElement>('.message').value).toBe('Desde la página');
    await submit();
    expect($<HTMLSelectElement>('.department').value).toBe('soporte-tecnico');
    await submit();
    expect([...server.peers][0]?.received[0]).toMatchObject({ identity: { email: 'lucia@example.mx' } });
    server.assign(server.room.chat.id);
    await settle(10);
    server.say(server.room.chat.id, 'Hola');
    await settle();
    widget.setLocale('en');
    await settle();
    expect(text()).toContain('is with you.');
    server.end(server.room.chat.id);
    await settle();
    expect([...new Set(heard)]).toEqual(['ready', 'state', 'queue', 'message', 'assigned', 'ended']);
    for (const stop of off) stop();
    const { length } = heard;
    widget.logout();
    await settle(100);
    expect(heard).toHaveLength(length);
    expect(localStorage.getItem('ventanilla.fel.soporte.chat')).toBeNull();
    widget.hide();
    expect(widget.element.hidden).toBe(true);
    widget.toggle('ventas');
    expect(widget.element.hidden).toBe(true);
  });

  describe('told who the visitor is', () => {
    const good = { name: 'Lucía', email: 'lucia@example.mx' };
    const errors: object[] = [];
    const stored = () => localStorage.getItem('ventanilla.fel.identity');
    const hellos = (): Record<string, unknown>[] =>
      [...server.peers].flatMap(({ received }) => received.filter(({ type }) => type === 'hello'));
    beforeEach(() => {
      errors.length = 0;
      widget.on('error', (detail) => errors.push(detail));
    });

    it.each<[string, unknown[]]>([
      ['nothing', []],
      ['null', [null]],
      ['a text', ['lucia@example.mx']],
      ['a list', [['lucia@example.mx']]],
      ['no address', [{ name: 'Lucía' }]],
      ['a blank address', [{ email: ' ' }]],
      ['a malformed address', [{ email: 'lucia' }]],
      ['an address that is no text', [{ email: 5 }]],
    ])('neither keeps nor says %s, and tells the page', async (_, args) => {
      widget.identify(...(args as [unknown]));
      expect(stored()).toBeNull();
      expect(errors).toEqual([expect.objectContaining({ code: 'bad_field', field: 'identity' })]);
      await begin();
      expect(hellos()[0]).not.toHaveProperty('identity');
    });

    // Names, fields and signatures are judged by the server alone.
    it('goes on with the chat, once and without it, when the server refuses it', async () => {
      await begin();
      const { token } = { token: localStorage.getItem('ventanilla.fel.token') };
      server.errors.push({
        type: 'hello',
        error: { code: 'bad_field', field: 'identity.expires_at', message: 'Venció.' },
      });
      widget.identify({ ...good, expires_at: 1, signature: 'ab' });
      await settle(50);
      expect(stored()).toBeNull();
      expect(errors).toEqual([expect.objectContaining({ code: 'bad_field', field: 'identity.expires_at' })]);
      expect(server.peers.size).toBe(1);
      expect(hellos()[0]).not.toHaveProperty('identity');
      expect(localStorage.getItem('ventanilla.fel.token')).toBe(token);
      type('.text', 'Sigo aquí');
      await submit('.composer');
      expect(server.room.entries.at(-1)).toMatchObject({ text: 'Sigo aquí' });
      expect(text()).not.toContain('Venció.');
      // The page can do better, and is heard.
      widget.identify(good);
      await settle(50);
      expect(hellos()[0]).toMatchObject({ identity: good });
    });

    it('does not try for ever', async () => {
      widget.identify(good);
      for (let i = 0; i < 5; i++) {
        server.errors.push({ type: 'hello', error: { code: 'bad_field', field: 'identity.email', message: 'x' } });
      }
      widget.open('soporte');
      await settle(100);
      // One hello with it, one without; the second refusal is final.
      expect(server.errors).toHaveLength(3);
    });
  });

  it('says that the connection has ended for good, keeps what is typed, and marks what is not sent', async () => {
    await begin();
    server.assign(server.room.chat.id);
    await settle();
    server.cut(4403);
    await settle();
    expect($('.bar').textContent).toContain('La conexión terminó. Recargue la página.');
    expect($('.bar a').getAttribute('href')).toContain('/ticket');
    expect($('.head p').textContent).toBe('○ Fuera de línea');
    type('.text', 'Se conserva');
    await submit('.composer');
    expect($('.pending [role=img]').getAttribute('aria-label')).toBe('No enviado');
    expect(text()).toContain('Se conserva');
    widget.setLocale('en');
    await settle();
    expect($('.bar').textContent).toContain('Connection ended. Reload the page.');
    widget.destroy();
    widget = make();
    await settle(100);
    expect(server.room.entries.at(-1)).toMatchObject({ text: 'Se conserva' });
  });

  it('keeps what was written when the connection ends for good before the chat has begun', async () => {
    server.errors.push({ type: 'chat.start', error: { code: 'unavailable', message: 'x' } });
    await begin('No se pierde');
    server.cut(4403);
    await settle();
    expect(text()).toContain('No pudimos conectarle con el chat.');
    expect(text()).toContain('No se pierde');
  });

  it('works where storage is forbidden', async () => {
    widget.destroy();
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError');
    });
    vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError');
    });
    widget = make();
    await begin();
    expect(text()).toContain('Es el 3.º en la fila.');
    vi.restoreAllMocks();
  });
});
