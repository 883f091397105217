/** A widget in a page of happy-dom, with a desk behind it, and hands to use it. */
import { vi } from 'vitest';
import { eventually } from '../../client/test/eventually.ts';
import { FakeServer } from '../../client/test/fake_server.ts';
import { Widget } from '../src/widget.ts';
import { FakeDesk } from './fake_desk.ts';
import { site } from './site.ts';

export class Harness {
  readonly server = new FakeServer();
  readonly desk = new FakeDesk();
  widget!: Widget;

  constructor() {
    vi.stubGlobal('BroadcastChannel', undefined);
    vi.stubGlobal('WebSocket', this.server.WebSocket);
    // No canvas here: `shots.ts` sees to the picture, in a real browser.
    vi.stubGlobal('createImageBitmap', async () => ({ width: 240, height: 80 }));
    this.desk.install();
    this.server.files = (id) => ({
      id,
      name: this.desk.uploads.find((one) => one.id === id)?.name ?? '',
      size: 3,
      media_type: 'image/png',
    });
    localStorage.clear();
    sessionStorage.clear();
    this.make();
  }

  /** A page load: what was before is gone but for what is stored. */
  make(): void {
    this.widget?.destroy();
    this.widget = new Widget({ site, server: 'https://desk.example', channels: [], locale: '', open: '' });
    this.widget.load = (part) => import(`../src/${part}/main.tsx`);
  }

  end(): void {
    this.widget.destroy();
    vi.unstubAllGlobals();
  }

  get root(): ShadowRoot {
    return this.widget.element.shadowRoot as ShadowRoot;
  }
  get text(): string {
    return this.root.textContent ?? '';
  }

  $<T extends HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (!found) throw new Error(`no ${selector} in ${this.text}`);
    return found;
  }

  /** Waits for a selector, or for a text. */
  async sees(what: string | RegExp): Promise<void> {
    const look = () => {
      if (typeof what === 'string' && /^[.[#]/.test(what)) this.$(what);
      else if (typeof what === 'string' ? !this.text.includes(what) : !what.test(this.text)) {
        throw new Error(`no ${what} in ${this.text}`);
      }
    };
    // The first look at a part waits for its source to be compiled.
    await eventually(look);
  }

  type(selector: string, value: string): void {
    this.$<HTMLInputElement>(selector).value = value;
    this.$(selector).dispatchEvent(new Event('input'));
  }

  submit(selector: string): void {
    this.$(selector).dispatchEvent(new Event('submit', { cancelable: true }));
  }

  press(label: string): void {
    const all = [...this.root.querySelectorAll<HTMLElement>('button, a')];
    const found = all.find(
      (one) => one.textContent?.includes(label) || one.getAttribute('aria-label')?.includes(label),
    );
    if (!found) throw new Error(`nothing to press: ${label}`);
    found.click();
  }

  /** Drops or pastes files somewhere in the window. */
  give(type: 'drop' | 'paste', selector: string, ...files: File[]): boolean {
    const event = new Event(type, { bubbles: true, cancelable: true, composed: true });
    const data = { types: files.length ? ['Files'] : ['text/plain'], files };
    Object.assign(event, type === 'drop' ? { dataTransfer: data } : { clipboardData: data });
    return !this.$(selector).dispatchEvent(event);
  }

  /** A chat that waits in the queue. */
  async begin(message = 'No puedo timbrar'): Promise<void> {
    this.widget.open('soporte');
    await this.sees('.message');
    this.type('.message', message);
    this.submit('form');
    await this.sees('.name');
    this.type('.name', 'Lucía');
    this.type('.email', 'lucia@example.mx');
    this.type('.department', 'any');
    this.submit('form');
    await this.sees('Es el 3.º en la fila');
  }
}

export const png = (name: string, size = 3) => new File([new Uint8Array(size)], name, { type: 'image/png' });
