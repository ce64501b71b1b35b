import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { PACKAGE_VERSION: '"0.0.0-test"' },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['src/**/*.test.{ts,tsx}', 'test/*.test.ts'] },
      },
      {
        // Real processes from dist/: one file at a time, because they share two cores.
        extends: true,
        test: {
          name: 'processes',
          include: ['test/processes/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What takes minutes: a hundred processes at a time, calibration, the walk by experiment.
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
