import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['services/gateway/test/delivery/**/*.delivery.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    reporters: ['default', './scripts/totals-reporter.ts'],
  },
});
