/** Debian's Chromium, one for each test file; pages whose mistakes are noticed; axe. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
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

const start = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags };

let browser: Promise<Browser> | undefined;
const profiles: string[] = [];

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
  // A browser may still write when its context has closed.
  for (const profile of profiles.splice(0)) rmSync(profile, { recursive: true, force: true, maxRetries: 50 });
});

export interface PageOptions extends BrowserContextOptions {
  /** Its user lets no site store anything: access to storage throws, and no lock is given. */
  storageBlocked?: boolean;
}

export interface Look extends PageOptions {
  /** Called for whatever a page should not have done. */
  problem(text: string): void;
}

/** A new browser profile with one empty page. */
export async function openPage({ problem, storageBlocked, ...options }: Look): Promise<Page> {
  const look: BrowserContextOptions = {
    locale: 'es-MX',
    timezoneId: 'America/Mexico_City',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  };
  const context = storageBlocked ? await withoutStorage(look) : await ordinary(look);
  context.setDefaultTimeout(patience_ms);
  context.on('page', (page) => watch(page, problem));
  return context.newPage();
}

async function ordinary(look: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= chromium.launch(start);
  return (await browser).newContext(look);
}

/** Only the preferences of a profile on disk can say so: a browser of its own, which ends with its context. */
async function withoutStorage(look: BrowserContextOptions): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'ventanilla-profile-'));
  mkdirSync(join(profile, 'Default'));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(blocked));
  profiles.push(profile);
  return chromium.launchPersistentContext(profile, { ...start, ...look });
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
