/** Who the page says its visitor is, by the server's rules: one that it refuses must not be kept, for every hello says it. */
import type { Identity } from './view.ts';

export const isEmail = (text: string): boolean => /^[^\s@"<>(),;:]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && [...value].length <= most;

/** The known members of what the page gave; nothing if one cannot be used. What is signed, the server alone can judge. */
export function readIdentity(given: unknown): Identity | undefined {
  const { email, name, fields = {}, expires_at, signature } = (given ?? {}) as Identity;
  const good =
    isText(email, 254) &&
    isEmail(email) &&
    (name === undefined || (isText(name, 80) && name.trim())) &&
    // Neither null nor a list: not a plain object.
    {}.toString.call(fields) === '[object Object]' &&
    Object.keys(fields).length <= 20 &&
    Object.values(fields).every((value) => isText(value, 500));
  return good ? ({ email, name, fields, expires_at, signature } as Identity) : undefined;
}
