/** A browser, a built console and a fake server for each test; `look` checks a state with axe and keeps its picture. */

import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { FakeServer } from './fake_server.ts';
import { fillDay, fillSite } from './fill.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.SHOTS;
const sizes = { wide: [1280, 800], middle: [768, 1024], phone: [390, 780] } as const;
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let pages: string;
let browser: Browser;
let context: BrowserContext;
export let server: FakeServer;
let origin: string;
let problems: string[];

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'console-'));
  await build({
    root: join(import.meta.dirname, '..'),
    logLevel: 'error',
    build: { outDir: pages, emptyOutDir: true },
  });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  if (shots) await mkdir(shots, { recursive: true });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rm(pages, { recursive: true, force: true });
});

beforeEach(async () => {
  server = new FakeServer(pages);
  fillSite(server);
  fillDay(server);
  origin = await server.start();
  context = await browser.newContext({ locale: 'es-MX', viewport: { width: 1280, height: 800 } });
  problems = [];
});

afterEach(async () => {
  await context.close();
  await server.stop();
  expect(problems).toEqual([]);
});

export async function open(hash = ''): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    // Refused sign-ins and cut sockets are written to the log by the browser itself.
    const expected =
      /status of (401|404|422|429|503)|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(
        message.text(),
      );
    if (message.type() === 'error' && !expected) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) problems.push(`left the house: ${request.url()}`);
  });
  await page.goto(`${origin}/agent${hash}`);
  return page;
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Usuario').fill('ana');
  await page.getByLabel('Contraseña').fill('correcta');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.getByText('Conectado').waitFor();
}

export async function signedIn(hash = ''): Promise<Page> {
  const page = await open(hash);
  await signIn(page);
  return page;
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Looks at the state as it is now in each size; axe looks along. Dark differs in colours only: one size tells. */
export async function look(
  page: Page,
  name: string,
  only: (keyof typeof sizes)[] = ['wide', 'middle', 'phone'],
): Promise<void> {
  await page.evaluate(axeSource);
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const size of scheme === 'light' || shots ? only : only.slice(0, 1)) {
      const [width, height] = sizes[size];
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(60);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${size}-${scheme}.png`) });
      const violations = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
        return (await axe.run()).violations;
      });
      for (const { id, nodes } of violations) {
        found.push(
          ...nodes.map((node) => `${name} ${size} ${scheme} ${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
        );
      }
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (sideways > 0) found.push(`${name} ${size}: ${sideways}px wider than the window`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(found).toEqual([]);
}

export const log = (page: Page) => page.getByRole('log');
export const composer = (page: Page) => page.locator('#composer');
