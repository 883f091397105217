/** Where things are. */
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');
export const binary = process.env.VENTANILLA_BINARY ?? join(root, 'build/bin/ventanilla');
export const demoSite = join(root, 'deploy/demo/fel.toml');
/** What a failed test leaves behind. */
export const evidence = join(root, 'build/browser-evidence');
