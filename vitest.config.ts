import { defineConfig } from 'vitest/config';

// Tests run as compiled: what is tested is what is published, and worker processes need the files anyway.
export default defineConfig({
  test: {
    pool: 'forks',
    // On two cores: much of a test is waiting for processes, servers and locks.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 150_000,
    teardownTimeout: 20_000,
    silent: 'passed-only',
    projects: [
      // Pure decisions: they leave nothing behind, and need not load the package anew for every file.
      { extends: true, test: { name: 'decisions', include: ['dist/src/**/*.spec.js'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'effects',
          include: ['dist/test/**/*.spec.js'],
          globalSetup: ['dist/test/support/services.js'],
        },
      },
    ],
  },
});
