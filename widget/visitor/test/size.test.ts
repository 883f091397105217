// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { site } from './site.ts';

const LIMIT = 16_384;
const PART_LIMIT = 8_192;

const root = fileURLToPath(new URL('..', import.meta.url));
// As anybody would weigh it; Node's own zlib counts otherwise by some bytes.
const zipped = (code: string) => execFileSync('gzip', ['-9'], { input: code }).length;

async function bundle(mode?: string): Promise<Rollup.OutputChunk> {
  const built = await build({ root, ...(mode && { mode }), logLevel: 'silent', build: { write: false } });
  const [{ output }] = [built].flat() as [Rollup.RollupOutput];
  expect(output).toHaveLength(1);
  return output[0];
}

/** Nothing makes HTML or code out of text, and nothing sets a cookie. */
const forbidden = /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|cookie|\.style\b/;

describe('the script that a page loads', () => {
  let code = '';

  beforeAll(async () => {
    code = (await bundle()).code;
  }, 240_000);

  it('has one place for the site', () => {
    expect(code.split('"__VENTANILLA_SITE__"')).toHaveLength(2);
  });

  it('weighs 16 KB at most, with the data of a site in it', () => {
    const served = code.replace('"__VENTANILLA_SITE__"', () => JSON.stringify(site));
    expect(zipped(served)).toBeLessThanOrEqual(LIMIT);
    // A site with more channels and phones must fit, too.
    expect(zipped(code)).toBeLessThanOrEqual(LIMIT - 512);
  });

  it('makes no HTML and no code out of text, and sets no cookie', () => {
    expect(code).not.toMatch(forbidden);
  });

  it('loads further files from where it came, in one place', () => {
    expect(code.match(/import\([^)]*\)/g)).toEqual([
      expect.stringMatching(/^import\(`\$\{this\.server\}\/widget-\$\{\w\}\.js`\)$/),
    ]);
  });

  it('names only requests to the desk', () => {
    expect(code.match(/https?:\/\/[^"'`]+/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  it('has all its words in both languages', () => {
    const files = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('words.ts'),
    );
    expect(files).toHaveLength(4);
    for (const file of files) {
      expect(readFileSync(`${root}/src/${file}`, 'utf8')).toContain(
        'satisfies Record<string, [es: string, en: string]>',
      );
    }
  });
});

describe.each(['ticket', 'files', 'ended'])('widget-%s.js', (mode) => {
  it('is one module of 8 KB at most that makes no HTML and loads nothing', { timeout: 240_000 }, async () => {
    const { code, fileName, exports } = await bundle(mode);
    expect(fileName).toBe(`widget-${mode}.js`);
    expect(exports).toEqual(['open']);
    expect(zipped(code)).toBeLessThanOrEqual(PART_LIMIT);
    expect(code).not.toMatch(forbidden);
    expect(code).not.toMatch(/import\(|^import\b/m);
    // Icons and anything else that is drawn name the namespace in widget.js.
    expect(code.match(/https?:\/\/[^"'`]+/g)).toBeNull();
  });
});
