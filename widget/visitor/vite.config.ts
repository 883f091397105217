import { defineConfig } from 'vitest/config';

export default defineConfig({
  esbuild: {
    jsx: 'transform',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    // Fields without a value need no declaration at run time.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  },
  build: {
    target: 'es2022',
    outDir: '../dist',
    emptyOutDir: false,
    modulePreload: false,
    // Terser's file is smaller than the default's by 2 % after gzip, and the widget has a limit to keep.
    minify: 'terser',
    terserOptions: {
      ecma: 2020,
      module: true,
      compress: { passes: 3, unsafe: true, unsafe_arrows: true },
      // Private members end in `_`, which nothing on the wire, in storage or in the DOM does.
      mangle: { properties: { regex: /_$/ } },
      format: { comments: false },
    },
    // One file, without imports: what a single script tag can load.
    rollupOptions: {
      input: 'src/main.ts',
      output: { format: 'iife', entryFileNames: 'widget.js' },
    },
  },
  test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
});
