import { readFileSync } from 'node:fs';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type PowChallenge, solvePow } from '../src/pow.ts';

// ALTCHA's payload as its server side reads it.
const read = (answer: string) => JSON.parse(atob(answer));

const secrets = { hmacSignatureSecret: 'one secret', hmacKeySignatureSecret: 'another secret' };

async function fromAltcha(options: { counter?: number; keyPrefix?: string; keyLength?: number }) {
  return (await createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: 100,
    deriveKey,
    expiresAt: Math.floor(Date.now() / 1000) + 600,
    ...secrets,
    ...options,
  })) as unknown as PowChallenge;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the solver of ALTCHA's proof of work", () => {
  it.each([{ counter: 0 }, { counter: 25 }, { counter: 300 }, { keyPrefix: '0' }, { counter: 5, keyLength: 48 }])(
    'solves what altcha-lib makes: %o',
    async (options) => {
      const { challenge, solution } = read(await solvePow(await fromAltcha(options)));
      if (options.counter !== undefined) expect(solution.counter).toBe(options.counter);
      expect(await verifySolution({ challenge, solution, deriveKey, ...secrets })).toMatchObject({ verified: true });
    },
  );

  it('solves what the server makes', async () => {
    // The C++ tests make this challenge from the same seed, and take this solution.
    const golden = JSON.parse(readFileSync(new URL('../../../tests/captcha/pow_golden.json', import.meta.url), 'utf8'));
    const { challenge, solution } = read(await solvePow(golden.challenge));
    expect(solution).toMatchObject(golden.solution);
    const { parameters, signature } = golden.challenge;
    expect(challenge).toEqual({ parameters, signature });
  });

  it('gives the page its turns', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 30));
    const turns = vi.spyOn(globalThis, 'setTimeout');
    await solvePow(await fromAltcha({ counter: 9 }));
    expect(turns.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const solving = solvePow(await fromAltcha({ keyPrefix: 'f'.repeat(64) }), stop.signal);
    stop.abort(new Error('enough'));
    await expect(solving).rejects.toThrow('enough');
  });

  it.each(['SHA-256', 'ARGON2ID', 'PBKDF2', 'PBKDF2/'])('refuses %s', async (algorithm) => {
    const { parameters, signature } = await fromAltcha({ counter: 1 });
    await expect(solvePow({ parameters: { ...parameters, algorithm }, signature })).rejects.toThrow(algorithm);
  });

  it('refuses a challenge that any key would solve', async () => {
    const { parameters, signature } = await fromAltcha({ counter: 1 });
    await expect(solvePow({ parameters: { ...parameters, keyPrefix: '' }, signature })).rejects.toThrow();
  });
});
