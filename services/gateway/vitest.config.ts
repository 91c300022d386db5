import { defineProject } from 'vitest/config';

const conditions = ['source', 'node', 'import', 'module', 'default'];

export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Tests start whole processes, on machines that may be busy; start-up hooks take longer than the default of 10 s.
  test: {
    name: 'gateway',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
