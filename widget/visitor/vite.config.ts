import { defineConfig } from 'vitest/config';

/**
 * Names that live only inside `widget.js`, neither on the wire, in storage nor in the DOM, and that no other file of the
 * widget uses: their length is all that they cost.
 */
const inside = [
  // words.ts
  ...['answersIn', 'connecting', 'reconnecting', 'isOffline', 'isBusy', 'minimise', 'endSure', 'yesEnd', 'unmute'],
  ...[
    'shut',
    'starting',
    'soon',
    'meanwhile',
    'withYou',
    'passed',
    'lost',
    'delivered',
    'notSent',
    'opens',
    'kept',
    'unsent',
    'cut',
    'over',
    'online',
    'place',
    'ago',
    'desks',
  ],
  // desk.ts
  ...[
    'hasChat',
    'engage',
    'disengage',
    'setOpen',
    'markRead',
    'ticketUrl',
    'typed',
    'moved',
    'wake',
    'ending',
    'errors',
  ],
  ...['unread', 'again', 'uploading', 'drop', 'seen', 'stopped'],
  // The client.
  ...[
    'forgetToken',
    'onState',
    'onReady',
    'closeCode',
    'publish',
    'probe',
    'deadline',
    'timers',
    'lead',
    'hear',
    'own',
  ],
];

/** The same of `widget-ticket.js`: what is kept over a reload is not among them. */
const insideTicket = [
  // words.ts
  ...['rfcHint', 'badRfc', 'oddRfc', 'priorities', 'addFiles', 'filesHint', 'tooMany', 'tooBig', 'attachAgain'],
  ...['listen', 'noCode', 'proving', 'proved', 'unproved', 'noSite', 'unsure', 'taken'],
  // The client.
  ...['checkDigitGood', 'maxBytes', 'refs', 'settled', 'renewed'],
];

/** What `widget.js` loads when it is wanted. */
const parts = ['ticket', 'files', 'ended'];

/** Private members end in `_`, which nothing on the wire, in storage or in the DOM does. */
const mangled = (names: string[]) => new RegExp(['_$', ...names.map((name) => `^${name}$`)].join('|'));

/** `vite build` makes what a page loads, `--mode PART` one of the others. */
export default defineConfig(({ mode }) => {
  const part = parts.includes(mode);
  return {
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
        compress: { passes: 3, unsafe: true, unsafe_arrows: true, hoist_props: false, pure_getters: true },
        mangle: { properties: { regex: mangled(part ? (mode === 'ticket' ? insideTicket : []) : inside) } },
        format: { comments: false },
      },
      ...(part
        ? {
            rollupOptions: {
              input: `src/${mode}/main.tsx`,
              preserveEntrySignatures: 'strict',
              output: { format: 'es', entryFileNames: `widget-${mode}.js` },
            },
          }
        : {
            // One file, without imports: what a single script tag can load. As a library: else what `import()` needs on
            // pages that Vite builds would come along.
            lib: { entry: 'src/main.ts', formats: ['iife'], name: 'ventanillaWidget', fileName: () => 'widget.js' },
          }),
    },
    test: {
      environment: 'happy-dom',
      include: ['test/**/*.test.{ts,tsx}'],
      testTimeout: 120_000,
    },
  };
});
