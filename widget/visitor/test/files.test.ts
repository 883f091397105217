import type { MessageEntry } from '@ventanilla/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { Harness, png } from './harness.ts';

describe('files in a chat', () => {
  let page: Harness;
  let loaded: string[];

  const said = () =>
    page.server.room.entries.flatMap((entry) =>
      entry.kind === 'message' ? (entry.text ?? entry.file?.name ?? '') : [],
    );
  /** The agent sends a file. */
  const receive = (file: MessageEntry['file']) =>
    page.server.append(page.server.room, { kind: 'message', file }, 'a_1');

  beforeEach(async () => {
    page = new Harness();
    const { load } = page.widget;
    loaded = [];
    page.widget.load = (part) => {
      loaded.push(part);
      return load(part);
    };
    await page.begin('Hola');
    page.server.assign(page.server.room.chat.id);
    await page.sees('Ana Ruiz le atiende.');
  });
  afterEach(() => {
    page.end();
    vi.restoreAllMocks();
  });

  it('load nothing before the first', () => {
    expect(page.give('paste', '.text')).toBe(false);
    expect(loaded).toEqual([]);
    expect(page.desk.asked).toEqual([]);
  });

  it('go up with the visitor’s token, show how far they are, and are said in the chat', async () => {
    page.desk.hold = true;
    expect(page.give('drop', '.scroll', png('uno.png'))).toBe(true);
    expect(page.give('paste', '.text', png('dos.png'))).toBe(true);
    await eventually(() => expect(page.root.querySelectorAll('.uploads li')).toHaveLength(2));
    expect(loaded).toEqual(['files']);
    page.desk.held[0]?.progress(0.5);
    await eventually(() => expect(page.$<HTMLProgressElement>('.uploads progress').value).toBe(0.5));
    page.desk.held[0]?.finish();
    await eventually(() => expect(page.desk.held).toHaveLength(2));
    page.desk.held[1]?.finish();
    await eventually(() => expect(said()).toEqual(['Hola', 'uno.png', 'dos.png']));
    await page.sees('Descargar dos.png');
    expect(page.root.querySelector('.uploads')).toBeNull();
    const token = localStorage.getItem('ventanilla.fel.token');
    expect(page.desk.uploads.map(({ by }) => by)).toEqual(Array(2).fill(`Bearer ${JSON.parse(token ?? '""')}`));
    expect(page.root.querySelectorAll('.line.mine')).toHaveLength(3);
  });

  it('say in words what is wrong, and can be tried again or left', async () => {
    page.desk.hold = true;
    page.give('drop', '.scroll', png('uno.png'));
    await page.sees('uno.png');
    await eventually(() => expect(page.desk.held).toHaveLength(1));
    page.desk.held[0]?.lose();
    await page.sees('No subió por la conexión.');
    page.press('Reintentar');
    await eventually(() => expect(page.desk.held).toHaveLength(2));
    page.desk.refuseUpload = 'Ese tipo <b>no</b> se acepta.';
    page.desk.held[1]?.finish();
    await page.sees('Ese tipo <b>no</b> se acepta.');
    expect(page.root.querySelector('.uploads b')).toBeNull();
    page.press('Cancelar: uno.png');
    await eventually(() => expect(page.root.querySelector('.uploads')).toBeNull());
    expect(said()).toEqual(['Hola']);
  });

  it('of the agent are fetched with the token: a picture is shown, each can be saved', async () => {
    page.desk.contents.set('f_9', png('x.png'));
    const name = '<img src=x onerror=alert(1)>.png';
    receive({ id: 'f_9', name, size: 2048, media_type: 'image/png' });
    await page.sees(`Descargar ${name} (2 kB)`);
    expect(page.root.querySelector('.bubble img')).toBeNull();
    await eventually(() => expect(page.$<HTMLCanvasElement>('canvas').width).toBe(240));
    expect(page.desk.of('/api/v1/files/f_9')).toHaveLength(1);
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download, this.href.slice(0, 5));
    });
    page.press('Descargar');
    await eventually(() => expect(saved).toEqual([name, 'blob:']));
    expect(page.desk.of('/api/v1/files/f_9')).toHaveLength(1);
  });

  it('that cannot be had say so when they are wanted, and are asked for again', async () => {
    receive({ id: 'f_9', name: 'factura.xml', size: 10, media_type: 'text/xml' });
    await page.sees('Descargar factura.xml');
    expect(page.root.querySelector('canvas')).toBeNull();
    expect(page.desk.asked).toEqual([]);
    page.press('Descargar');
    await page.sees('No pudimos traer el archivo.');
    page.press('Descargar');
    await eventually(() => expect(page.desk.of('/api/v1/files/f_9')).toHaveLength(2));
  });

  it('are named where their part cannot be loaded', async () => {
    page.widget.load = () => Promise.reject(new TypeError('blocked'));
    receive({ id: 'f_9', name: 'factura.xml', size: 10, media_type: 'text/xml' });
    await page.sees('factura.xml');
    page.give('drop', '.scroll', png('uno.png'));
    await page.sees('No se pudo. Inténtelo de nuevo.');
    page.widget.load = () => import('../src/files/main.tsx');
    page.give('drop', '.scroll', png('uno.png'));
    await page.sees('Descargar factura.xml');
    await eventually(() => expect(said()).toContain('uno.png'));
  });
});
