/** Waits until `look` no longer throws: soon on a quiet machine, later where everything runs at once. */
import { vi } from 'vitest';

export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000 });
}
