/** Who the page says its visitor is. */
import type { Identity } from './view.ts';

export const isEmail = (text: string): boolean => /^[^\s@"<>(),;:]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());

/**
 * The known members of what the page gave; nothing without an address. All else the server judges: what it refuses is
 * dropped, and told to the page.
 */
export function readIdentity(given: unknown): Identity | undefined {
  const { email, name, fields, expires_at, signature } = Object(given) as Identity;
  return isEmail(`${email}`) ? ({ email, name, fields, expires_at, signature } as Identity) : undefined;
}
