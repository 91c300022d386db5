import { defineProject } from 'vitest/config';

const conditions = ['source', 'node', 'import', 'module', 'default'];

export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: 'scim', testTimeout: 20_000, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
});
