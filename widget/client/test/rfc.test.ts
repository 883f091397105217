import { describe, expect, it } from 'vitest';
import { parseRfc } from '../src/rfc.ts';

describe('an RFC', () => {
  it.each(['GODE561231GR8', 'MAB9307148T4', 'COSC8001137NA', 'EKU9003173C9', 'CACX7605101P8'])(
    '%s passes its check digit, and no other last character does',
    (rfc) => {
      expect(parseRfc(rfc)).toEqual({
        text: rfc,
        kind: rfc.length === 12 ? 'company' : 'person',
        checkDigitGood: true,
      });
      for (const other of '0123456789A') {
        if (other !== rfc.at(-1)) expect(parseRfc(rfc.slice(0, -1) + other)?.checkDigitGood).toBe(false);
      }
    },
  );

  it('of the general public and of foreigners is good as it is', () => {
    expect(parseRfc('XAXX010101000')).toEqual({ text: 'XAXX010101000', kind: 'general_public', checkDigitGood: true });
    expect(parseRfc('XEXX010101000')).toEqual({ text: 'XEXX010101000', kind: 'foreigner', checkDigitGood: true });
  });

  it.each([
    ['  gode561231gr8 ', 'GODE561231GR8'],
    ['GODE-561231-GR8', 'GODE561231GR8'],
    ['gode 561231 - gr8', 'GODE561231GR8'],
    ['n\u0303an010101aa1', 'ÑAN010101AA1'],
    ['ñ&a010101aa1', 'Ñ&A010101AA1'],
    ['ABC000229AB1', 'ABC000229AB1'],
  ])('typed as «%s» is %s', (typed, kept) => {
    expect(parseRfc(typed)?.text).toBe(kept);
  });

  it.each([
    '',
    'XAXX',
    'GODE561231GR',
    'GODE561231GR88',
    'GO561231GR8',
    'GODEX561231GR8',
    'G-ODE561231GR8',
    'GODE56-1231GR8',
    'GODE561231G-R8',
    'GODE561331GR8',
    'GODE560431GR8',
    'GODE560001GR8',
    'GODE560100GR8',
    'GODE570229GR8',
    'GODE561231GRB',
    'GODE561231Ñ18',
    'GÓDE561231GR8',
    'GOD1561231GR8',
    'ıODE561231GR8',
    'GODE５61231GR8',
  ])('«%s» is refused', (typed) => {
    expect(parseRfc(typed)).toBeNull();
  });
});
