import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { Harness } from './harness.ts';

describe('the keyboard', () => {
  let page: Harness;

  beforeEach(() => {
    page = new Harness();
  });
  afterEach(() => page.end());

  it('stays in its window when the form goes, and what was typed is kept', async () => {
    page.widget.open('soporte');
    await page.sees('● En línea');
    page.type('.message', 'Hola');
    page.submit('form');
    await page.sees('.email');
    page.type('.email', 'lucia@exa');
    page.$('.email').focus();
    page.server.setChannel('soporte', { state: 'closed' });
    await eventually(() => expect(page.root.querySelector('.email')).toBeNull());
    expect(page.root.activeElement).toBe(page.$('h2'));
    page.server.setChannel('soporte', { state: 'open' });
    await page.sees('.email');
    expect(page.$<HTMLInputElement>('.email').value).toBe('lucia@exa');
  });
});
