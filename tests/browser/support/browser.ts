/** Debian's Chromium, one for each test file; pages whose mistakes are noticed; axe. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long something that must come may take on a busy machine. */
export const patience_ms = 30_000;

let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

export interface Look extends BrowserContextOptions {
  /** Called for whatever a page should not have done. */
  problem(text: string): void;
}

/** A new browser profile with one empty page. */
export async function openPage({ problem, ...options }: Look): Promise<Page> {
  browser ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  const context = await (await browser).newContext({
    locale: 'es-MX',
    timezoneId: 'America/Mexico_City',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(patience_ms);
  context.on('page', (page) => watch(page, problem));
  return context.newPage();
}

function watch(page: Page, problem: (text: string) => void): void {
  page.on('pageerror', (error) => problem(`${page.url()}: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problem(`${page.url()}: ${message.text()} ${message.location().url}`);
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Expects that axe finds nothing in the page as it is now, light and dark. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Through the debugger: the page's own policy lets no other script in.
    await page.evaluate(`window.axe || (() => { ${axeSource} })()`);
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations;
    });
    for (const { id, nodes } of violations) {
      found.push(...nodes.map((node) => `${state}, ${colorScheme}: ${id}: ${node.html} ${node.failureSummary}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect(found).toEqual([]);
}
