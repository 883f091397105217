import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { Harness, png } from './harness.ts';

describe('the comments of the ticket form', () => {
  let page: Harness;

  const comments = () => page.$<HTMLTextAreaElement>('.comments').value;
  const open = async () => {
    page.press('Dejar un ticket');
    await page.sees('.rfc');
    await page.sees(/Seguimiento de pagos/);
  };
  const submit = () => {
    page.type('.email', 'lucia@example.mx');
    page.type('.rfc', 'EKU9003173C9');
    page.type('.department', 'pagos');
    page.type('.subject', 'No puedo timbrar');
    page.type('.captcha', '48213');
    page.submit('.ticket');
  };

  beforeEach(() => {
    page = new Harness();
  });
  afterEach(() => page.end());

  it('take in what was not acknowledged when it was opened and what is said while it is open, nothing twice', async () => {
    await page.begin('Hola');
    // The desk falls silent: this one waits.
    page.server.silent = true;
    page.type('.text', '¿Siguen ahí?');
    page.submit('.composer');
    await page.sees('.pending');
    await open();
    expect(comments()).toBe('Hola\n\n¿Siguen ahí?');
    page.type('.comments', 'Hola. Me urge.');
    page.widget.send('Y el folio es 12');
    await eventually(() => expect(comments()).toBe('Hola. Me urge.\n\nY el folio es 12'));

    page.server.silent = false;
    page.server.cut();
    await eventually(() => expect(page.server.room.entries.filter(({ kind }) => kind === 'message')).toHaveLength(3));
    page.make();
    await page.sees('.rfc');
    expect(comments()).toBe('Hola. Me urge.\n\nY el folio es 12');
    page.press('Volver al chat');
    const said = () => [...page.root.querySelectorAll('.bubble')].map((one) => one.textContent);
    await eventually(() => expect(said()).toEqual(['Hola', '¿Siguen ahí?', 'Y el folio es 12']));
    expect(page.root.querySelector('.pending')).toBeNull();
  });

  it('go on with what was only begun in the chat', async () => {
    await page.begin('Hola');
    page.type('.text', 'y algo más');
    await open();
    expect(comments()).toBe('Hola\n\ny algo más');
    page.press('Volver al chat');
    await page.sees('.composer');
    page.type('.text', 'y algo más: gracias');
    await open();
    expect(comments()).toBe('Hola\n\ny algo más: gracias');
  });

  it('leave to the next ticket what the page says while this one is on its way', async () => {
    page.widget.open('soporte');
    await page.sees('.message');
    page.type('.message', 'No puedo timbrar');
    page.server.setChannel('soporte', { state: 'closed', opens_at: null });
    await page.sees('Dejar un ticket');
    await open();
    page.widget.send('Además, el folio 12');
    await eventually(() => expect(comments()).toBe('No puedo timbrar\n\nAdemás, el folio 12'));
    page.desk.hold = true;
    page.give('drop', '.ticket', png('captura.png'));
    await page.sees('captura.png');
    submit();
    await page.sees('Enviando…');
    page.widget.send('Otra cosa');
    page.desk.held[0]?.finish();
    await page.sees('Recibimos su ticket T-000001');
    expect(page.desk.of('/api/v1/tickets').map(({ body }) => body?.['comments'])).toEqual([
      'No puedo timbrar\n\nAdemás, el folio 12',
    ]);
    page.press('Volver al chat');
    await page.sees('Conservamos lo que escribió:Otra cosa');

    // Another problem is another ticket.
    await open();
    expect(comments()).toBe('Otra cosa');
    submit();
    await page.sees('Recibimos su ticket T-000002');
  });
});
