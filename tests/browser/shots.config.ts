import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** `npm run shots`: the pictures in docs/screenshots. */
export default defineConfig({ ...tests, test: { ...tests.test, include: ['shots.ts'] } });
