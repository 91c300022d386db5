import { defineProject } from 'vitest/config';

const conditions = ['source', 'node', 'import', 'module', 'default'];

export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // The tests use real sockets, on machines that may be busy.
  test: {
    name: 'collate-simulator',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
