/** Texts that would do something, if anything ran them or laid them out carelessly. Each would set `window.pwned`. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export const hostile = [
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

/** Nothing ran, nothing was made of it, and nothing sticks out of the page or is cut off. */
export async function expectHarmless(page: Page): Promise<void> {
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
