/** `widget.js`: reads its own tag, puts the widget on the page, and answers `window.ventanilla(verb, …)`. */
import type { Site } from './view.ts';
import { type EventName, Widget } from './widget.tsx';

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
  const queued = page.ventanilla?.q ?? [];
  // A second tag of the same script on one page changes nothing.
  if (document.querySelector('ventanilla-widget')) return;
  const { channels = '', locale = '', open = '' } = script?.dataset ?? {};

  let widget: Widget | undefined;
  const api: Api = (verb, ...rest) => {
    if (!VERBS.includes(verb as Verb)) throw new TypeError(`ventanilla: no such verb: ${verb}`);
    if (!widget) {
      // Until the page has a body there is nothing to draw into; the calls wait.
      queued.push([verb, ...rest]);
      return verb === 'on' ? () => undefined : undefined;
    }
    const result = (widget[verb as Verb] as (...args: unknown[]) => unknown).apply(widget, rest);
    if (verb === 'destroy') {
      widget = undefined;
      page.ventanilla = undefined;
    }
    return result;
  };
  page.ventanilla = api;

  const begin = () => {
    const listening = queued.filter(([verb]) => verb === 'on');
    widget = new Widget({
      site,
      server: new URL(script?.src || location.href).origin,
      channels: channels.split(/\s+/).filter(Boolean),
      locale,
      open,
    });
    for (const [, event, fn] of listening) widget.on(event as EventName, fn as () => void);
    for (const call of queued) if (call[0] !== 'on') api(...call);
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin, { once: true });
}

// The server writes the site's data in the place of this text.
boot('__VENTANILLA_SITE__' as unknown as Site);
