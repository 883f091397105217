import { en } from './en.ts';
import { es, type Texts } from './es.ts';

export type { Texts };
export type Lang = 'es-MX' | 'en';

export const texts: Record<Lang, Texts> = { 'es-MX': es, en };

/** The language to begin with: what was chosen here before, else the browser's, else the site's. */
export function startLang(chosen: unknown, browser: readonly string[], site: string | null): Lang {
  if (chosen === 'es-MX' || chosen === 'en') return chosen;
  for (const tag of browser) {
    if (tag.toLowerCase().startsWith('es')) return 'es-MX';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return site === 'en' ? 'en' : 'es-MX';
}

/** Words for a reply code; codes of a newer server get general ones. */
export function errorText(t: Texts, code: string): string {
  return (t.error as Record<string, string>)[code] ?? t.error.other;
}
