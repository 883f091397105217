// altcha_test.mjs SAMPLES WIDGET: ALTCHA's own library (npm altcha-lib, installed in WIDGET) against our challenges and
// our check, both ways. SAMPLES is captcha_samples.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [samples, widget] = process.argv.slice(2);
const require = createRequire(resolve(widget, 'package.json'));
const { createChallenge, solveChallenge, verifySolution } = require('altcha-lib');
const { deriveKey } = require('altcha-lib/algorithms/pbkdf2');

const secret = 'a secret of the tests, 43 characters of it.';
const ours = (...words) => execFileSync(samples, words, { encoding: 'utf8' }).trim();
const key = (use) => createHmac('sha256', secret).update(use).digest('hex');
const secrets = {
  hmacSignatureSecret: key('captcha pow parameters'),
  hmacKeySignatureSecret: key('captcha pow key'),
};
// What ALTCHA's widget sends.
const payload = (challenge, solution) => btoa(JSON.stringify({ challenge, solution }));

// Ours, solved and verified by altcha-lib, and accepted by us.
const { id, kind, ...challenge } = JSON.parse(ours('pow', secret));
assert.equal(kind, 'pow');
const solution = await solveChallenge({ challenge, deriveKey });
assert.ok(solution, 'altcha-lib found no solution');
assert.equal((await verifySolution({ challenge, solution, deriveKey, ...secrets })).verified, true);
// Also by the long way: the key derived again, its prefix compared.
const { hmacSignatureSecret } = secrets;
assert.equal((await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret })).verified, true);
assert.equal(ours('check', secret, id, payload(challenge, solution)), 'right');
const zeros = { ...solution, derivedKey: '0'.repeat(64) };
assert.equal((await verifySolution({ challenge, solution: zeros, deriveKey, ...secrets })).verified, false);
assert.equal(ours('check', secret, id, payload(challenge, zeros)), 'wrong');

// Made and solved by altcha-lib; only the id is ours.
const expiresAt = Math.floor(Date.now() / 1000) + 600;
const made = (extra) =>
  createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: 1000,
    counter: 37,
    expiresAt,
    deriveKey,
    data: { origin: 'altcha-lib', number: 7, nothing: null },
    ...secrets,
    ...extra,
  });
const theirs = await made();
const found = await solveChallenge({ challenge: theirs, deriveKey });
assert.equal(found.counter, 37);
const theirId = ours('id', secret, theirs.parameters.nonce, String(expiresAt * 1000));
assert.equal(ours('check', secret, theirId, payload(theirs, found)), 'right');
assert.equal(ours('check', secret, id, payload(theirs, found)), 'wrong');
const late = ours('id', secret, theirs.parameters.nonce, String(Date.now() - 1));
assert.equal(ours('check', secret, late, payload(theirs, found)), 'expired');

// With another secret altcha-lib's challenge is worth nothing here.
const foreign = await made({ hmacSignatureSecret: 'another secret' });
const foreignFound = await solveChallenge({ challenge: foreign, deriveKey });
const foreignId = ours('id', secret, foreign.parameters.nonce, String(expiresAt * 1000));
assert.equal(ours('check', secret, foreignId, payload(foreign, foreignFound)), 'wrong');
