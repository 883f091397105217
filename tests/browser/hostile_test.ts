/** Visitor text is text everywhere it is shown. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { expectHarmless, hostile } from './support/harmless.ts';

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
    await expect.poll(() => ana.said()).toEqual(hostile);
    await expect.poll(() => lucia.said()).toEqual(hostile);
    await ana.card.getByRole('link', { name: 'onerror' }).waitFor();
    await expectHarmless(ana.page);

    // A draft is shown to the agent, and what the agent says to the visitor.
    await lucia.box.pressSequentially('<img src=x onerror="window.pwned=1">', { delay: 5 });
    await ana.log.getByText('Aún no lo envía').waitFor();
    await lucia.box.fill('');
    for (const text of hostile) {
      await ana.say(text);
      // It looks like the gap of a saved reply: the console asks once whether that is meant.
      if (text.includes('{{')) await ana.composer.press('Enter');
    }
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
