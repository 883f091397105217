import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/agent/',
  root: import.meta.dirname,
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: '../dist/agent',
    emptyOutDir: true,
    target: 'es2022',
    // Below this size Vite would write files into the page as data: URLs, which the page's CSP refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    // What is polled for comes soon, but on a busy machine not within a second.
    expect: { poll: { timeout: 30_000 } },
  },
});
