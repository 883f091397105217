import { beforeEach, expect, test, vi } from 'vitest';
import { refresh, showChats, take } from '../src/live.ts';

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
