import { defineConfig } from 'vitest/config';

const conditions = ['source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'services/gateway/test/delivery/**/*.delivery.ts',
      'packages/cache/test/**/*.delivery.ts',
      'charts/test/*.delivery.ts',
      'deploy/test/**/*.delivery.ts',
    ],
    globalSetup: ['charts/test/support/install.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    reporters: ['default', './scripts/totals-reporter.ts'],
  },
});
