/** The work of a `pow` challenge (ALTCHA's version 2, PBKDF2/SHA-256): finds the number whose key begins as wanted. */
import type { PowChallenge } from './captcha.ts';

interface Parameters {
  cost: number;
  keyLength: number;
  keyPrefix: string;
  nonce: string;
  salt: string;
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The answer for the desk. The keys are derived by the browser beside this thread, one after the other, so the page stays
 * quick. Rejects where the browser cannot (pages without https have no `crypto.subtle`) and when `signal` says so.
 */
export async function solve(
  { parameters, signature }: PowChallenge,
  { signal }: { signal: AbortSignal },
): Promise<string> {
  const { cost, keyLength, keyPrefix, nonce, salt } = parameters as Parameters;
  const head = bytes(nonce);
  const password = new Uint8Array(head.length + 4);
  password.set(head);
  const options = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter++) {
    signal.throwIfAborted();
    new DataView(password.buffer).setUint32(head.length, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hex(await crypto.subtle.deriveBits(options, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) {
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey } }));
    }
  }
}
