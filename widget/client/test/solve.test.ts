import { createHash, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { solve } from '../src/forms/solve.ts';

/** As the server makes one (server/captcha/pow.cpp): the key of a number below a bound, of which only half is told. */
function challenge(counter: number) {
  const nonce = createHash('md5').update('nonce').digest();
  const salt = createHash('md5').update('salt').digest();
  const number = Buffer.alloc(4);
  number.writeUInt32BE(counter);
  const key = pbkdf2Sync(Buffer.concat([nonce, number]), salt, 10, 32, 'sha256').toString('hex');
  const parameters = {
    algorithm: 'PBKDF2/SHA-256',
    cost: 10,
    keyLength: 32,
    keyPrefix: key.slice(0, 32),
    nonce: nonce.toString('hex'),
    salt: salt.toString('hex'),
  };
  return { key, made: { id: 'q', kind: 'pow' as const, parameters, signature: 'ab' } };
}

test.each([0, 1, 300])('finds number %i, and answers as the widget of ALTCHA does', async (counter) => {
  const { key, made } = challenge(counter);
  const answer = await solve(made, { signal: new AbortController().signal });
  expect(JSON.parse(atob(answer))).toEqual({
    challenge: { parameters: made.parameters, signature: 'ab' },
    solution: { counter, derivedKey: key },
  });
});

test('stops when it is told to', async () => {
  const { made } = challenge(5);
  await expect(solve(made, { signal: AbortSignal.abort() })).rejects.toThrow();
});
