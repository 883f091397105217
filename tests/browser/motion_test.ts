/** Who asks the system for less motion sees none. Everybody else sees some, which proves that the tests would. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';

interface Motion {
  of: string;
  what: 'animation' | 'transition' | 'scrolling';
  ms: number;
}

/** What moves, or would if it changed: of each element that is there, in shadow trees too. */
const motions = (page: Page): Promise<Motion[]> =>
  page.evaluate(() => {
    const found: Motion[] = [];
    const longest = (...times: string[]) =>
      Math.max(...times.flatMap((list) => list.split(',').map((one) => Math.abs(Number.parseFloat(one)) * 1_000)));
    const look = (element: Element, pseudo: '' | '::before' | '::after') => {
      const style = getComputedStyle(element, pseudo || null);
      const of = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}${pseudo}`;
      const animated = longest(style.animationDuration, style.animationDelay);
      const changed = longest(style.transitionDuration, style.transitionDelay);
      if (style.animationName !== 'none' && animated > 0) found.push({ of, what: 'animation', ms: animated });
      if (changed > 0) found.push({ of, what: 'transition', ms: changed });
      if (style.scrollBehavior === 'smooth') found.push({ of, what: 'scrolling', ms: 0 });
    };
    const visit = (root: Document | ShadowRoot) => {
      for (const element of root.querySelectorAll('*')) {
        for (const pseudo of ['', '::before', '::after'] as const) look(element, pseudo);
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(document);
    return found;
  });

/** How many animations and transitions have begun in the widget since this was asked for the first time. */
const begun = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const here = window as unknown as { moves?: Event[] };
    if (!here.moves) {
      const moves: Event[] = [];
      here.moves = moves;
      const root = document.querySelector('ventanilla-widget')?.shadowRoot;
      for (const name of ['animationstart', 'transitionrun'])
        root?.addEventListener(name, (event) => moves.push(event));
    }
    return here.moves.length;
  });

const reduced = { reducedMotion: 'reduce' } as const;
const usual = { reducedMotion: 'no-preference' } as const;

describe('with reduced motion nothing moves', () => {
  deskTest('in the widget', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    const { page } = lucia;
    await page.emulateMedia(reduced);
    await lucia.launcher.waitFor();
    expect(await begun(page)).toBe(0);
    await lucia.ask('Hola');
    await lucia.sees('Ana Torres le atiende.');
    await ana.goTo('Lucía');
    await ana.composer.pressSequentially('Un mom');
    await lucia.text('Ana Torres está escribiendo…').waitFor();
    expect(await motions(page)).toEqual([]);
    await lucia.button('Minimizar').click();
    await ana.composer.press('Enter');
    await page.locator('ventanilla-widget .badge').waitFor();
    expect(await motions(page)).toEqual([]);
    await lucia.open();
    await lucia.sees('Un mom');
    expect(await begun(page)).toBe(0);

    await page.emulateMedia(usual);
    await lucia.button('Minimizar').click();
    await lucia.open();
    await expect.poll(() => begun(page)).toBeGreaterThan(0);
    const some = await motions(page);
    expect(some).not.toEqual([]);
    for (const { of, ms } of some) expect(ms, of).toBeLessThanOrEqual(150);
  });

  deskTest('in the console', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    const { page } = ana;
    await page.emulateMedia(reduced);
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    await lucia.box.pressSequentially('Estoy');
    await ana.log.getByText('Estoy').waitFor();
    expect(await motions(page)).toEqual([]);
    await ana.button('Ajustes y sesión').click();
    await page.getByRole('switch', { name: 'Sonido' }).waitFor();
    expect(await motions(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+t');
    await ana.dialog.waitFor();
    expect(await motions(page)).toEqual([]);
    await page.emulateMedia(usual);
    expect((await motions(page)).map(({ what }) => what)).toContain('transition');
  });

  deskTest('in the pages', async (desk) => {
    const page = await desk.page();
    await page.emulateMedia(reduced);
    for (const path of ['/', '/ticket']) {
      await page.goto(`${desk.server.origin}${path}`);
      await page.locator('ventanilla-widget .launch').first().waitFor();
      expect(await motions(page), path).toEqual([]);
    }
  });
});
