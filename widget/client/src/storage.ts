/** Web storage that may be forbidden, full or missing: then memory, and the page works until it is left. */

export interface KeyStore {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
}

export function keyStore(prefix: string, kind: 'localStorage' | 'sessionStorage' = 'localStorage'): KeyStore {
  const memory = new Map<string, string>();
  const area = (): Storage | undefined => {
    try {
      // The mere access throws where storage is blocked.
      return window[kind] ?? undefined;
    } catch {
      return undefined;
    }
  };
  return {
    get(key) {
      try {
        const text = memory.get(key) ?? area()?.getItem(prefix + key);
        return text ? JSON.parse(text) : undefined;
      } catch {
        return undefined;
      }
    },
    set(key, value) {
      const text = value === undefined ? '' : JSON.stringify(value);
      try {
        const store = area();
        if (!store) throw new Error('no storage');
        if (text) store.setItem(prefix + key, text);
        else store.removeItem(prefix + key);
        // What is stored is read from there: another tab may have changed it.
        memory.delete(key);
      } catch {
        memory.set(key, text);
      }
    },
  };
}
