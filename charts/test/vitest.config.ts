import { defineProject } from 'vitest/config';

export default defineProject({
  test: { name: 'chart', include: ['**/*.test.ts'], globalSetup: ['support/install.ts'], testTimeout: 60_000 },
});
