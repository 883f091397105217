import { defineConfig, mergeConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** `npm run shots`: the pictures in docs/screenshots. */
export default mergeConfig(tests, defineConfig({ test: { include: ['shots.ts'] } }), false);
