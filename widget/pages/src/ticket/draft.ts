/** What is typed in a form outlives a reload of its tab. */
import { keyStore } from '../../../client/src/storage.ts';

export interface Draft {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  forget(): void;
}

/** Fills the fields in with what was typed before, or comes behind the `#` from the widget, and keeps what is typed now. */
export function keepDraft(form: HTMLFormElement, name: string, fields: readonly string[]): Draft {
  const store = keyStore(`ventanilla.page.${name}.`, 'sessionStorage');
  const typed = store.get<Record<string, string>>('typed') ?? {};
  const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const controls = fields.flatMap((field) => form.querySelector<HTMLInputElement>(`[name="${field}"]`) ?? []);
  for (const control of controls) {
    // What the server gives back of a refused form is newer than what is kept here.
    const untouched = !control.value || (control.name === 'priority' && control.value === 'normal');
    const value = given[control.name] ?? typed[control.name];
    if (untouched && value) control.value = value;
  }
  // Others who look at the address must not see it, and a reload must not bring it back.
  if (fields.some((field) => given[field])) history.replaceState(null, '', location.pathname + location.search);
  const keep = () => store.set('typed', Object.fromEntries(controls.map(({ name, value }) => [name, value])));
  form.addEventListener('input', keep);
  keep();
  return {
    get: (key) => store.get(key),
    set: (key, value) => store.set(key, value),
    forget: () => {
      for (const key of ['typed', 'attempt']) store.set(key, undefined);
    },
  };
}
