import { describe, expect, it } from 'vitest';
import { listFiles, readText as read } from './support/repository.ts';

describe('the repository', () => {
  it('has a lockfile that names no host', () => {
    expect(read('pnpm-lock.yaml').match(/tarball:|https?:\/\//g)).toBeNull();
  });

  it('pins the package manager that it installs with', () => {
    const { packageManager, devDependencies } = JSON.parse(read('package.json'));
    expect(packageManager).toBe(`pnpm@${devDependencies.pnpm}`);
    expect(read('scripts/install.sh')).toContain(packageManager);
  });

  it('is public property by a license that each package names, with the policies of a public project', () => {
    for (const file of ['LICENSE', 'NOTICE', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])
      expect(read(file).length, file).toBeGreaterThan(100);
    const packages = listFiles().filter((path) => /^(?:(?:packages|services)\/[^/]+\/)?package\.json$/.test(path));
    expect(packages.map((path) => [path, JSON.parse(read(path)).license])).toEqual(
      packages.map((path) => [path, 'Apache-2.0']),
    );
  });

  it('has a changelog whose latest version is that of the packages', () => {
    const [, latest] = /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$/m.exec(read('CHANGELOG.md')) ?? [];
    expect(latest).toBe(JSON.parse(read('package.json')).version);
    expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m);
  });
});

describe('.github/workflows/ci.yaml', () => {
  const workflow = read('.github/workflows/ci.yaml');

  it('runs the scripts that .ci/run runs, and a release as a dry run', () => {
    const runs = [...workflow.matchAll(/- run: (npm .+)$/gm)].map(([, command = '']) => command);
    const local = [...read('.ci/run').matchAll(/^npm .+$/gm)].map(([command]) => command);
    expect(runs).toEqual([...local, 'npm run release -- --dry-run']);
  });

  it('tests the oldest supported Node and a newer one', () => {
    const oldest = /\d+/.exec(JSON.parse(read('package.json')).engines.node)?.[0];
    const versions = [...workflow.matchAll(/node: \[(.+)\]/g)].map(([, list = '']) => list.split(', '));
    expect(versions.length).toBeGreaterThan(1);
    for (const [first, ...newer] of versions) expect([first, newer.length > 0]).toEqual([oldest, true]);
  });
});
