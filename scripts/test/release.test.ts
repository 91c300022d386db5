import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFixture } from './support/fixture.ts';
import { readText } from './support/repository.ts';

const { version: current } = JSON.parse(readText('package.json'));

/** A repository with a released version and commits after it. */
const fixture = createFixture();

beforeEach(() => {
  fixture.reset();
  fixture.git('tag', `v${current}`);
  fixture.commit('fix(cache): reconnect after a fail-over');
  fixture.commit('feat(gateway): answer filters on title from Collate');
  fixture.commit('docs: explain the index');
});
afterAll(() => fixture[Symbol.dispose]());

describe('npm run release', () => {
  it('sets the version of every package, the chart, the image and the API document', () => {
    expect(fixture.run('release.mjs', '7.8.9')).toMatchObject({ status: 0 });
    const changed = fixture.git('diff', '--name-only').trim().split('\n');
    expect(changed).toEqual(expect.arrayContaining(['CHANGELOG.md', 'deploy/Dockerfile', 'docs/image.md']));
    for (const path of changed.filter((each) => each.endsWith('package.json')))
      expect(JSON.parse(fixture.read(path)).version, path).toBe('7.8.9');
    expect(changed.filter((path) => path.endsWith('package.json')).length).toBeGreaterThan(6);
    expect(fixture.read('charts/scim-gateway/Chart.yaml')).toMatch(/^version: 7\.8\.9\n[\s\S]*^appVersion: 7\.8\.9$/m);
    const left = changed.filter((path) => path !== 'CHANGELOG.md' && fixture.read(path).includes(`:${current}`));
    expect(left, `still names ${current}`).toEqual([]);
  });

  it('writes the section of the changelog from the commits since the last tag', () => {
    fixture.run('release.mjs', '7.8.9');
    const [, section = ''] = fixture.read('CHANGELOG.md').split(/^## \[7\.8\.9\] - \d{4}-\d\d-\d\d$/m);
    const [ofVersion = ''] = section.split(/^## /m);
    expect(ofVersion).toContain('- **gateway:** answer filters on title from Collate\n');
    expect(ofVersion).toContain('- **cache:** reconnect after a fail-over\n');
    expect(ofVersion).not.toContain('explain the index');
    expect(fixture.read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]\n\n## \[7\.8\.9\]/m);
  });

  it('states the changes in the chart as Artifact Hub reads them', () => {
    fixture.run('release.mjs', '7.8.9');
    expect(fixture.read('charts/scim-gateway/Chart.yaml')).toContain(
      [
        '  artifacthub.io/changes: |',
        '    - kind: added',
        '      description: "gateway: answer filters on title from Collate"',
        '    - kind: fixed',
        '      description: "cache: reconnect after a fail-over"',
        '  artifacthub.io/images: |',
      ].join('\n'),
    );
  });

  it('with --dry-run prints the changes and writes nothing', () => {
    const { status, output } = fixture.run('release.mjs', '7.8.9', '--dry-run');
    expect([status, fixture.git('status', '--porcelain')]).toEqual([0, '']);
    expect(output).toContain(`--- package.json\n+++ package.json\n`);
    expect(output).toContain(`-  "version": "${current}",\n+  "version": "7.8.9",\n`);
  });

  it.each([
    ['a minor version for a feature', [], (major: number, minor: number) => `${major}.${minor + 1}.0`],
    [
      'a minor version for a breaking change before 1.0',
      ['fix(scim)!: refuse nulls'],
      (major: number, minor: number) => `${major}.${minor + 1}.0`,
    ],
  ])('chooses %s when no version is given', (_name, subjects, expected) => {
    for (const subject of subjects) fixture.commit(subject);
    const [major = 0, minor = 0] = String(current).split('.').map(Number);
    expect(fixture.run('release.mjs', '--dry-run').output).toContain(`Version ${current} → ${expected(major, minor)}:`);
  });

  it('refuses a working tree with changes', () => {
    writeFileSync(join(fixture.folder, 'README.md'), 'changed');
    expect(fixture.run('release.mjs', '7.8.9')).toMatchObject({
      status: 1,
      output: expect.stringContaining('The working tree has changes'),
    });
  });

  it.each(['0.0.1', 'latest', current])('refuses the version %s', (version) => {
    expect(fixture.run('release.mjs', version).status).toBe(1);
  });
});
