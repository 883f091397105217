/** One test's world: a server, a customer's web site, visitors and agents, each with a browser profile of their own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Agent } from './agent.ts';
import { openPage, type PageOptions } from './browser.ts';
import { HostSite } from './host_site.ts';
import { evidence } from './paths.ts';
import { Server, type SiteChange } from './server.ts';
import type { Username } from './template.ts';
import { Visitor } from './visitor.ts';

/** The browser's own line about the console's first question, whether somebody is signed in. */
const asks_who_it_is = /status of 401 .*\/api\/v1\/chats\?limit=1$/;

export class Desk {
  readonly host = new HostSite();
  server!: Server;
  /** Console errors that are right here, such as those of a server that was killed. */
  expected: RegExp | undefined;
  private readonly pages_: Page[] = [];
  private readonly problems_: string[] = [];

  static async open(site: SiteChange): Promise<Desk> {
    const desk = new Desk();
    await desk.host.start();
    desk.server = new Server(desk.host.origin, site);
    await desk.server.start();
    desk.host.desk = desk.server.origin;
    return desk;
  }

  /** An empty page in a profile of its own. */
  async page(options: PageOptions = {}): Promise<Page> {
    const page = await openPage({ ...options, problem: (text) => this.problems_.push(text) });
    this.pages_.push(page);
    return page;
  }

  /** Somebody on the customer's web site. */
  async visitor(name: string, options: PageOptions = {}): Promise<Visitor> {
    const page = await this.page(options);
    await page.goto(this.host.origin);
    return new Visitor(name, page);
  }

  /** An agent at the console, signed in and online. */
  async agent(username: Username, options: PageOptions = {}): Promise<Agent> {
    const agent = await this.console(username, options);
    await agent.signIn();
    await agent.set('En línea');
    return agent;
  }

  /** Somebody before the console's door. */
  async console(username: Username, options: PageOptions = {}): Promise<Agent> {
    const page = await this.page(options);
    const agent = new Agent(username, page);
    await page.goto(`${this.server.origin}/agent`);
    return agent;
  }

  /** Nothing went wrong in any page, seen or not. */
  check(): void {
    expect(this.problems_.filter((text) => !asks_who_it_is.test(text) && !this.expected?.test(text))).toEqual([]);
    expect(this.host.reports).toEqual([]);
    expect(this.host.cookies).toEqual([]);
  }

  async keepEvidence(name: string): Promise<void> {
    mkdirSync(evidence, { recursive: true });
    const file = join(evidence, name.replace(/[^\p{L}\d]+/gu, '-'));
    writeFileSync(`${file}.log`, [this.server.log, ...this.problems_].join('\n'));
    let number = 0;
    for (const page of this.pages_.flatMap((one) => one.context().pages())) {
      await page.screenshot({ path: `${file}-${++number}.png` }).catch(() => undefined);
    }
    console.error(`${this.server.log.split('\n').slice(-40).join('\n')}\n(pictures and log in ${file}*)`);
  }

  async close(): Promise<void> {
    for (const page of this.pages_) await page.context().close();
    await this.server.remove();
    this.host.stop();
  }
}

/** A test with a desk of its own. */
export function deskTest(name: string, body: (desk: Desk) => Promise<void>, site: SiteChange = {}): void {
  it(name, async () => {
    const desk = await Desk.open(site);
    try {
      await body(desk);
      desk.check();
    } catch (error) {
      await desk.keepEvidence(name);
      throw error;
    } finally {
      await desk.close();
    }
  });
}
