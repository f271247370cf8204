import { defineConfig } from 'vitest/config';

/** On a fresh Debian, as root: `make test-deploy`. */
export default defineConfig({
  test: {
    include: ['deploy/*.test.ts'],
    // They share what debootstrap fetched.
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
