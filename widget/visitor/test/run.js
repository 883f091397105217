// Runs a TypeScript file with Vite's module runner: `node test/run.js test/shots.ts DIR`. Node 20 cannot by itself.
import { runnerImport } from 'vite';

await runnerImport(new URL(`../${process.argv[2]}`, import.meta.url).pathname, { configFile: false });
