/** The contact page with the widget on it: it says the same as the widget does, and nothing of it lies under the widget. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { Visitor } from './support/visitor.ts';

const online = 'En línea';
const nobody = 'Nadie en línea por ahora';

describe('the contact page', () => {
  deskTest('says at once what the widget hears, and what is true now to who comes back to it', async (desk) => {
    const page = await desk.page();
    await page.addInitScript(() => {
      // Without the look every minute, it takes news to change the page.
      const every = window.setInterval;
      const but = (fn: TimerHandler, ms?: number) => (ms === 60_000 ? 0 : every(fn, ms));
      window.setInterval = but as typeof window.setInterval;
    });
    await page.goto(desk.server.origin);
    const state = page.locator('[data-live=channel-soporte]');
    await expect.poll(() => state.textContent()).toBe(nobody);
    const lucia = new Visitor('Lucía', page);
    await lucia.open();
    await lucia.text('En este momento no hay nadie en línea.').waitFor();
    const ana = await desk.agent('ana');
    await lucia.window.getByLabel('Escriba su mensaje').waitFor();
    await expect.poll(() => state.textContent()).toBe(online);
    await ana.set('Fuera');
    await expect.poll(() => state.textContent()).toBe(nobody);

    // Nobody looks: the widget is closed, and the page in the background.
    await lucia.button('Minimizar').click();
    const look = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await look(true);
    await ana.set('En línea');
    const served = async () => (await fetch(desk.server.origin)).text();
    await expect.poll(served).toContain(`data-live="channel-soporte">${online}<`);
    expect(await state.textContent()).toBe(nobody);
    await look(false);
    await expect.poll(() => state.textContent()).toBe(online);
  });

  deskTest('has nothing under the buttons of the chats, however far it is scrolled', async (desk) => {
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
    ] as const) {
      const page = await desk.page({ viewport: { width, height } });
      await page.goto(desk.server.origin);
      await page.locator('ventanilla-widget .launch').nth(1).waitFor();
      const found = await page.evaluate(() => {
        const root = document.querySelector('ventanilla-widget')?.shadowRoot;
        const boxes = [...(root?.querySelectorAll('.launch') ?? [])].map((one) => one.getBoundingClientRect());
        const covered = new Set<string>();
        let looked = 0;
        for (let top = 0; top < document.documentElement.scrollHeight; top += 20) {
          scrollTo(0, top);
          for (const { left, right, top: above, bottom } of boxes) {
            for (const x of [left + 2, (left + right) / 2, right - 2]) {
              for (const y of [above + 2, bottom - 2]) {
                const [below] = document.elementsFromPoint(x, y).filter((one) => !one.shadowRoot);
                looked++;
                // The strip that the buttons stand on is the body's own.
                if (below && below !== document.body) covered.add(`${below.tagName}: ${below.textContent?.trim()}`);
              }
            }
          }
        }
        return { looked, covered: [...covered] };
      });
      expect(found, `${width}×${height}`).toEqual({ looked: expect.any(Number), covered: [] });
      expect(found.looked).toBeGreaterThan(100);
    }
  });
});
