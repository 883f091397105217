import { beforeEach, expect, test, vi } from 'vitest';
import { followChats, refresh, showChats, take } from '../src/live.ts';

const state = (text: string, word: string) => `<p data-live="phone-0" data-state="${word}">${text}</p>`;
const parse = (html: string) => new DOMParser().parseFromString(html, 'text/html');

beforeEach(() => {
  vi.unstubAllGlobals();
});

test('takes over text and state, and leaves what the fresh page does not have', () => {
  const page = parse(`${state('Abierto ahora', 'open')}<p data-live="gone">queda</p>`);
  take(page, parse(state('Cerrado', 'closed')));
  const phone = page.querySelector<HTMLElement>('[data-live=phone-0]');
  expect(phone?.textContent).toBe('Cerrado');
  expect(phone?.dataset['state']).toBe('closed');
  expect(page.querySelector('[data-live=gone]')?.textContent).toBe('queda');
});

test('never makes markup of what the server says', () => {
  const page = parse(state('x', 'open'));
  take(page, parse(state('&lt;img src=x&gt;', 'open')));
  expect(page.querySelector('img')).toBeNull();
  expect(page.querySelector('[data-live]')?.textContent).toBe('<img src=x>');
});

test('a failed request changes nothing', async () => {
  document.body.innerHTML = state('Abierto ahora', 'open');
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
  await refresh(document);
  expect(document.querySelector('[data-live]')?.textContent).toBe('Abierto ahora');
});

test('shows the buttons and queues calls until the widget is there', () => {
  document.body.innerHTML = '<button data-open="ventas" hidden>Iniciar chat</button>';
  showChats(document);
  expect(document.querySelector('button')?.hidden).toBe(false);
  window.ventanilla('open', 'ventas');
  expect(window.ventanilla.q).toEqual([['open', 'ventas']]);
});

/** Requests for the page, each answered when the test says so. */
function answers(): ((word: string) => void)[] {
  const waiting: ((word: string) => void)[] = [];
  const fetch = () =>
    new Promise<Response>((resolve) => waiting.push((word) => resolve(new Response(state(word, word)))));
  vi.stubGlobal('fetch', fetch);
  return waiting;
}

const text = () => document.querySelector('[data-live]')?.textContent;

test('looks again when the widget hears another state of a channel, and only then', async () => {
  document.body.innerHTML = state('closed', 'closed');
  const listeners: ((detail: object) => void)[] = [];
  window.ventanilla = ((...call: unknown[]) => {
    if (call[0] === 'on' && call[1] === 'state') listeners.push(call[2] as () => void);
  }) as typeof window.ventanilla;
  const waiting = answers();
  followChats(document);
  const hear = (channel: string, now: string, chat: string | null) => {
    for (const listener of listeners) listener({ channel, state: now, chat });
  };
  hear('soporte', 'open', null);
  hear('soporte', 'open', 'queued');
  expect(waiting).toHaveLength(1);
  waiting[0]?.('open');
  await vi.waitFor(() => expect(text()).toBe('open'));
  hear('soporte', 'closed', null);
  hear('ventas', 'closed', null);
  expect(waiting).toHaveLength(3);
});

test('an answer that was overtaken changes nothing', async () => {
  document.body.innerHTML = state('closed', 'closed');
  const waiting = answers();
  const before = refresh(document);
  const after = refresh(document);
  waiting[1]?.('open');
  await after;
  waiting[0]?.('closed');
  await before;
  expect(text()).toBe('open');
});
