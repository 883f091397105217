/** Visitor text is text everywhere it is shown. Each of these would set `window.pwned`, if anything ran it. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';

const hostile = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '</textarea></p><svg onload="window.pwned = 1">',
  '<a href="javascript:window.pwned = 1">javascript:window.pwned=1</a>',
  '[haga clic](javascript:window.pwned=1) javascript:window.pwned=1',
  '{{constructor.constructor("window.pwned = 1")()}} #{window.pwned = 1}',
  '&lt;script&gt;window.pwned=1&lt;/script&gt; %3Cscript%3E',
  'factura\u202Egnp.exe\u2066\u200F fin',
  `W${'m'.repeat(1_500)}`,
  `${'a\u0301\u0302\u0303\u0304'.repeat(60)}`,
  'null undefined __proto__ constructor',
];

async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const root = document.querySelector('ventanilla-widget')?.shadowRoot ?? document;
    return {
      pwned: 'pwned' in window,
      made: root.querySelectorAll('script:not([src]), img[src=x], svg[onload], a[href^="javascript:"]').length,
      sideways: document.documentElement.scrollWidth - innerWidth > 0,
      cut: [...root.querySelectorAll('[role=log]')].some((log) => log.scrollWidth > log.clientWidth + 1),
    };
  });
  expect(found).toEqual({ pwned: false, made: 0, sideways: false, cut: false });
}

describe('hostile text', () => {
  deskTest('stays text, from the first message to the history', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('<img src=x onerror="window.pwned=1">\u202Exoc');
    await lucia.page.goto(`${desk.host.origin}/<script>window.pwned=1</script>?q="><script>window.pwned=1</script>`);
    await lucia.page.evaluate(() => {
      document.title = '<img src=x onerror="window.pwned=1">';
    });
    const [first = '', ...rest] = hostile;
    await lucia.ask(first);
    await lucia.sees('Ana Torres le atiende.');
    for (const text of rest) await lucia.say(text);
    await ana.mine.getByRole('button', { name: 'onerror' }).click();
    await ana.sees('null undefined __proto__ constructor');
    expect(await ana.said()).toEqual(hostile);
    expect(await lucia.said()).toEqual(hostile);
    await ana.card.getByRole('link', { name: 'onerror' }).waitFor();
    await expectHarmless(ana.page);

    // A draft is shown to the agent, and what the agent says to the visitor.
    await lucia.box.pressSequentially('<img src=x onerror="window.pwned=1">', { delay: 5 });
    await ana.log.getByText('Aún no lo envía').waitFor();
    await lucia.box.fill('');
    for (const text of hostile) await ana.say(text);
    await expect.poll(() => lucia.said(), { timeout: 20_000 }).toEqual([...hostile, ...hostile]);
    await expectHarmless(lucia.page);

    for (const width of [1280, 768, 390]) {
      await ana.page.setViewportSize({ width, height: 800 });
      await expectHarmless(ana.page);
    }
    await ana.page.setViewportSize({ width: 1280, height: 800 });
    await ana.page.keyboard.press('Control+k');
    await ana.dialog.getByRole('option', { name: 'onerror' }).waitFor();
    await ana.page.keyboard.press('Escape');
    await ana.close();
    await lucia.window.getByRole('radio', { name: '1 Muy mal' }).check({ force: true });
    await lucia.window.getByLabel('Comentario (opcional)').fill('<img src=x onerror="window.pwned=1">');
    await lucia.button('Enviar opinión').click();
    await lucia.text('Gracias por su opinión.').waitFor();
    await ana.findPast('haga', 'onerror');
    await ana.sees('null undefined __proto__ constructor');
    await expectHarmless(ana.page);
    await expectHarmless(lucia.page);
  });
});
