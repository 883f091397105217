/** `widget.js`: reads its own tag, puts the widget on the page, and answers `window.ventanilla(verb, …)`. */
import type { Site } from './view.ts';
import { Widget } from './widget.ts';

type Call = [verb: string, ...rest: unknown[]];
type Api = ((...call: Call) => unknown) & { q?: Call[] };

const VERBS = [
  'on',
  'open',
  'close',
  'toggle',
  'show',
  'hide',
  'setLocale',
  'setDepartment',
  'identify',
  'send',
  'logout',
  'destroy',
] as const;

type Verb = (typeof VERBS)[number];
type Page = Window & { ventanilla?: Api | undefined };

function boot(site: Site): void {
  const page = window as Page;
  const script = document.currentScript as HTMLScriptElement | null;
  const { channels = '', locale = '', open = '' } = script?.dataset ?? {};
  const server = new URL(script?.src || location.href).origin;

  const begin = () => {
    // A second tag of the same script on one page changes nothing.
    if (document.querySelector('ventanilla-widget')) return;
    const queued = page.ventanilla?.q ?? [];
    const widget = new Widget({ site, server, channels: channels.split(' ').filter(Boolean), locale, open });
    const api: Api = (verb, ...rest) => {
      if (!VERBS.includes(verb as Verb)) throw new TypeError(`ventanilla: no such verb: ${verb}`);
      if (verb === 'destroy') page.ventanilla = undefined;
      return (widget[verb as Verb] as (...args: unknown[]) => unknown).apply(widget, rest);
    };
    page.ventanilla = api;
    // Who listens hears of what the other calls do.
    for (const listening of [true, false]) {
      for (const call of queued) if ((call[0] === 'on') === listening) api(...call);
    }
  };
  // Until the page has a body there is nothing to draw into; calls are queued as before.
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin, { once: true });
}

// The server writes the site's data in the place of this text.
boot('__VENTANILLA_SITE__' as unknown as Site);
