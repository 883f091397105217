/** The real server, with its private Redis and SQLite in a directory of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { binary, demoSite } from './paths.ts';

/** Texts of the demo's site file and what stands there instead. */
export type SiteChange = Record<string, string>;

/** The department "soporte-tecnico", and so Ana, takes one chat at a time. */
export const oneAtATime: SiteChange = {
  'capacity = 4': 'capacity = 1',
  'overflow_to = ["soporte-contable"]': 'overflow_to = []',
};

export class Server {
  origin = '';
  /** What it wrote, all its lives. */
  log = '';
  private readonly folder_ = mkdtempSync(join(tmpdir(), 'ventanilla-browser-'));
  private readonly site_ = join(this.folder_, 'site.toml');
  private readonly data_ = join(this.folder_, 'data');
  private process_: ChildProcess | undefined;

  /** `embedder`: the origin whose pages may embed the widget. */
  constructor(embedder: string, change: SiteChange = {}) {
    let site = readFileSync(demoSite, 'utf8');
    const changes = { 'origins = ["https://www.fel.mx"]': `origins = ["${embedder}"]`, ...change };
    for (const [from, to] of Object.entries(changes)) {
      if (!site.includes(from)) throw new Error(`the demo's site file has no ${from}`);
      site = site.replace(from, to);
    }
    writeFileSync(this.site_, site);
    cpSync(inject('template'), this.data_, { recursive: true });
  }

  /** Starts, and waits until it is ready; a second time at the same address, with the same data. */
  async start(): Promise<void> {
    const address = this.origin ? new URL(this.origin).host : '127.0.0.1:0';
    const args = ['serve', '--config', this.site_, '--data', this.data_, '--listen', address];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process_ = child;
    child.stderr.on('data', (text: Buffer) => {
      this.log += text.toString();
    });
    this.origin = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
      createInterface(child.stdout).on('line', (line) => {
        const origin = /^ventanilla ready (http:\S+)/.exec(line)?.[1];
        if (origin) resolve(origin);
      });
    });
  }

  /** What its own SQLite database says. */
  rows<Row>(question: string): Row[] {
    const args = ['-readonly', '-json', '-cmd', '.timeout 5000', join(this.data_, 'ventanilla.db'), question];
    const said = execFileSync('sqlite3', args, { encoding: 'utf8' });
    return said.trim() ? (JSON.parse(said) as Row[]) : [];
  }

  /** The process is gone at once, whatever it was doing. */
  async kill(): Promise<void> {
    await this.end_('SIGKILL');
  }

  async remove(): Promise<void> {
    await this.end_('SIGTERM');
    rmSync(this.folder_, { recursive: true, force: true });
  }

  private async end_(signal: NodeJS.Signals): Promise<void> {
    const child = this.process_;
    this.process_ = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
