import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the repository', () => {
  it('has a lockfile that names no host', () => {
    expect(read('pnpm-lock.yaml').match(/tarball:|https?:\/\//g)).toBeNull();
  });

  it('pins the package manager that it installs with', () => {
    const { packageManager, devDependencies } = JSON.parse(read('package.json'));
    expect(packageManager).toBe(`pnpm@${devDependencies.pnpm}`);
    expect(read('scripts/install.sh')).toContain(packageManager);
  });
});
