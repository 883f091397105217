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
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
