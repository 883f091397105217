import { defineConfig } from 'vitest/config';

// The server's templates name these files, so they have no hash; ETags keep them fresh.
export default defineConfig({
  build: {
    target: 'es2022',
    outDir: '../dist/pages',
    emptyOutDir: true,
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      input: 'src/page.ts',
      output: { format: 'iife', entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
  },
});
