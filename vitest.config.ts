import { defineConfig } from 'vitest/config';

const PURE = ['src/{core,trace,scenario,sim,verify,lab}/**/*.test.ts', 'test/*.test.ts'];

export default defineConfig({
  define: { PACKAGE_VERSION: '"0.0.0-test"' },
  test: {
    // Tests that say they are concurrent wait for timers, nearly all of their time.
    maxConcurrency: 20,
    // Of tests that compute: a slow machine is no failure.
    testTimeout: 30_000,
    projects: [
      {
        // Neither sockets nor timers, so nothing that a file could leave to the next: all files of a worker share one world.
        extends: true,
        test: { name: 'pure', include: PURE, maxWorkers: '100%', isolate: false, restoreMocks: true },
      },
      {
        extends: true,
        test: { name: 'fast', include: ['src/**/*.test.{ts,tsx}'], exclude: PURE, maxWorkers: '100%' },
      },
      {
        // Real processes from dist/: they wait for each other more than they compute, so two files share two cores.
        extends: true,
        test: {
          name: 'processes',
          include: ['test/processes/*.test.ts'],
          maxWorkers: 2,
          // Not beside those above, which need all there is.
          sequence: { groupOrder: 1 },
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
