import { defineConfig } from 'vitest/config';

// Tests run as compiled: what is tested is what is published, and worker processes need the files anyway.
export default defineConfig({
  test: {
    pool: 'forks',
    // Files boot processes, so few of them at a time keep two cores busy.
    // Most files boot processes of their own: two at a time keep two cores busy.
    maxWorkers: 2,
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
