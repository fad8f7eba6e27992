import { defineConfig } from 'vitest/config';

// Tests run as compiled: what is tested is what is published, and worker processes need the files anyway.
export default defineConfig({
  test: {
    include: ['dist/src/**/*.spec.js', 'dist/test/**/*.spec.js'],
    globalSetup: ['dist/test/support/services.js'],
    pool: 'forks',
    // On two cores: much of a test is waiting for processes, servers and locks.
    maxWorkers: 3,
    testTimeout: 45_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    silent: 'passed-only',
  },
});
