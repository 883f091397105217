/**
 * The Mexican tax id (Registro Federal de Contribuyentes), as the server reads it (protocol.md 3.2). Pure; nothing else
 * of this package is needed for it, so that a page with a form alone can have it.
 */

export type RfcKind = 'company' | 'person' | 'general_public' | 'foreigner';

export interface Rfc {
  /** As it is kept: trimmed, upper case, NFC, without blanks or hyphens. */
  text: string;
  kind: RfcKind;
  /** About 1.5 % of real ones fail it: a warning, never a refusal. */
  checkDigitGood: boolean;
}

/** Blanks and hyphens may stand between the three parts, nowhere inside them. */
const shape = /^([A-ZÑ&]{3,4})[\s-]*(\d\d)(\d\d)(\d\d)[\s-]*([A-Z0-9]{2}[0-9A])$/u;

const generic: Record<string, RfcKind> = { XAXX010101000: 'general_public', XEXX010101000: 'foreigner' };

/** What was typed as an RFC; null if its shape is wrong or its date does not exist. */
export function parseRfc(typed: string): Rfc | null {
  const written = typed.normalize('NFC').trim();
  // Only these letters: upper case of others can be a letter of the alphabet below (ı becomes I).
  const parts = shape.exec(written.replace(/[a-zñ]/gu, (letter) => letter.toUpperCase()));
  if (!parts) return null;
  const [, name = '', year = '', month = '', day = '', end = ''] = parts;
  if (!exists(Number(year), Number(month), Number(day))) return null;
  const text = name + year + month + day + end;
  const kind = generic[text] ?? (name.length === 3 ? 'company' : 'person');
  const checked = text in generic || checkDigit(text) === text.at(-1);
  return { text, kind, checkDigitGood: checked };
}

/** The century is not written: 29 February is good for 00, which may be 2000. */
function exists(year: number, month: number, day: number): boolean {
  const days = [31, year % 4 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/** Each character counts as its place in here. */
const alphabet = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ';

function checkDigit(rfc: string): string {
  const body = rfc.slice(0, -1).padStart(12, ' ');
  const sum = [...body].reduce((total, letter, index) => total + alphabet.indexOf(letter) * (13 - index), 0);
  const rest = sum % 11;
  if (rest === 0) return '0';
  return rest === 1 ? 'A' : String(11 - rest);
}
