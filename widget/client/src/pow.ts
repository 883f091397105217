// Solves the proof of work of a captcha: ALTCHA's challenge in its second form, with PBKDF2.

export interface PowChallenge {
  parameters: {
    algorithm: string;
    cost: number;
    keyLength: number;
    keyPrefix: string;
    nonce: string;
    salt: string;
    [signed: string]: unknown;
  };
  signature: string;
}

/// How long to work before the page may draw.
const TURN_MS = 50;

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (raw: ArrayBuffer) =>
  Array.from(new Uint8Array(raw), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The `answer` to a challenge: what ALTCHA's widget would send. WebCrypto works beside the page's thread, so this needs
 * no worker and no exception in the Content-Security-Policy; but it needs a secure context (https, or localhost).
 * Rejects with the signal's reason when aborted.
 */
export async function solvePow({ parameters, signature }: PowChallenge, signal?: AbortSignal): Promise<string> {
  const { algorithm, cost, keyLength, keyPrefix } = parameters;
  const [name, hash] = algorithm.split('/');
  if (name !== 'PBKDF2' || !hash || !keyPrefix) throw new Error(`unknown proof of work: ${algorithm}`);
  const { subtle } = crypto;
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  const end = new DataView(password.buffer, nonce.length);
  const derivation = { name, hash, salt: bytes(parameters.salt), iterations: cost };
  const start = performance.now();
  let drawn = start;
  for (let counter = 0; ; counter++) {
    signal?.throwIfAborted();
    end.setUint32(0, counter);
    const key = await subtle.importKey('raw', password, name, false, ['deriveBits']);
    const derivedKey = hex(await subtle.deriveBits(derivation, key, keyLength * 8));
    const now = performance.now();
    if (derivedKey.startsWith(keyPrefix)) {
      const solution = { counter, derivedKey, time: Math.round(now - start) };
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));
    }
    if (now - drawn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      drawn = performance.now();
    }
  }
}
