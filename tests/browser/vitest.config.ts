import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*_test.ts'],
    globalSetup: './support/template.ts',
    // Each worker has a browser, and each test a server with its Redis.
    maxWorkers: 2,
    testTimeout: 240_000,
    // What is polled for comes soon, but on a busy machine not within a second.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
  },
});
