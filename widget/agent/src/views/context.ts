import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../i18n/index.ts';
import type { Clock } from '../i18n/time.ts';
import type { Desk } from '../io/desk.ts';
import type { Settings } from '../io/kept.ts';
import type { Store } from '../io/store.ts';
import type { State } from '../state/model.ts';
import type { Route } from '../state/route.ts';

/** The dialogs of the console; only one is open at a time. */
export type DialogName =
  | { name: 'palette' }
  | { name: 'help' }
  | { name: 'offline' | 'phone' | 'replies' }
  | { name: 'due' | 'merge'; number: string }
  | { name: 'transfer' | 'close' | 'ticket' | 'why'; chat: string };

export interface App {
  desk: Desk;
  t: Texts;
  clock: Clock;
  settings: Settings;
  change(settings: Partial<Settings>): void;
  route: Route;
  /** `replace`: the address changes without a step to go back to. */
  go(route: Route, replace?: boolean): void;
  open(dialog: DialogName | null): void;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('outside of the console');
  return app;
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.subscribe(() => setValue(store.get()));
  }, [store]);
  return value;
}

export function useDesk(): State {
  return useStore(useApp().desk.state);
}

/** Server time, moving on every `everyMs`. */
export function useNow(everyMs: number): number {
  const { desk } = useApp();
  const [now, setNow] = useState(desk.now());
  useEffect(() => {
    setNow(desk.now());
    const timer = setInterval(() => setNow(desk.now()), everyMs);
    return () => clearInterval(timer);
  }, [desk, everyMs]);
  return now;
}

/** How many tickets of mine are late, as time goes on. Outside of the context: the title of the page says it, too. */
export function useLateCount(desk: Desk): number {
  useStore(desk.tickets.state);
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((n) => n + 1), 20_000);
    return () => clearInterval(timer);
  }, []);
  return desk.tickets.lateCount(desk.now());
}

/** `true` while the media query matches. */
export function useMedia(query: string): boolean {
  const [match, setMatch] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatch(list.matches);
    changed();
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return match;
}

export type Loaded<T> = { state: 'loading' } | { state: 'failed'; code: string } | { state: 'ready'; value: T };

/** Loads when `key` changes; an answer that comes after another key was asked for is thrown away. */
export function useLoad<T>(key: string, load: () => Promise<T>): [Loaded<T>, () => void] {
  const [result, setResult] = useState<Loaded<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let current = true;
    setResult({ state: 'loading' });
    latest.current().then(
      (value) => current && setResult({ state: 'ready', value }),
      (error: { code?: string }) => current && setResult({ state: 'failed', code: error.code ?? 'other' }),
    );
    return () => {
      current = false;
    };
  }, [key, round]);
  return [result, () => setRound((n) => n + 1)];
}
