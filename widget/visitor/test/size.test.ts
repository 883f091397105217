// @vitest-environment node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { site } from './site.ts';

const LIMIT = 16_384;

describe('the script that a page loads', () => {
  let code = '';

  beforeAll(async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const result = (await build({ root, logLevel: 'silent', build: { write: false } })) as Rollup.RollupOutput;
    expect(result.output).toHaveLength(1);
    code = result.output[0].code;
  }, 60_000);

  it('has one place for the site', () => {
    expect(code.split('"__VENTANILLA_SITE__"')).toHaveLength(2);
  });

  it('weighs 16 KB at most, with the data of a site in it', () => {
    const served = code.replace('"__VENTANILLA_SITE__"', () => JSON.stringify(site));
    expect(gzipSync(served, { level: 9 }).length).toBeLessThanOrEqual(LIMIT);
    // A site with more channels and phones must fit, too.
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(LIMIT - 512);
  });

  it('makes no HTML and no code out of text, and sets no cookie', () => {
    expect(code).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|cookie|\.style\b|import\(/,
    );
  });

  it('names only requests to the desk', () => {
    expect(code.match(/https?:\/\/[^"'`]+/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  it('has all its words in both languages', () => {
    const words = readFileSync(new URL('../src/words.ts', import.meta.url), 'utf8');
    expect(words).toContain('satisfies Record<string, [es: string, en: string]>');
  });
});
