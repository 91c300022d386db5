import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'services/*', 'scripts', 'deploy', 'charts/test'],
    isolate: false,
    // Most of the time is spent waiting for processes and sockets.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: ['default', './scripts/totals-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['{packages,services}/*/src/**'],
      reporter: ['text-summary', 'lcovonly'],
    },
  },
});
