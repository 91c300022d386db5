import { describe, expect, it } from 'vitest';
import { createFixture } from './support/fixture.ts';
import { listFiles, readText } from './support/repository.ts';

const { repository } = JSON.parse(readText('package.json'));
/** Files that describe where material of others comes from. */
const foreign =
  /^packages\/collate-simulator\/schemas\/|(?:^|\/)(?:package|pnpm)-lock\b|^scripts\/test\/|^CHANGELOG\.md$/;
const texts = listFiles().filter(
  (path) => /\.(?:[cm]?[jt]s|json|ya?ml|md|tpl|txt|sh)$/.test(path) && !foreign.test(path),
);

/** Addresses on code hosts that name this project. */
function addressesIn(text: string): readonly string[] {
  const named = text.match(/https?:\/\/[^\s"'`)<>]+\/scim-gateway(?![\w-])/g) ?? [];
  return named.filter((address) => /github|gitlab|codeberg|bitbucket/.test(address));
}

describe("the repository's address", () => {
  it('is claimed by no file but as the setting in package.json has it', () => {
    const other = texts
      .map((path) => ({ path, addresses: addressesIn(readText(path)).filter((address) => address !== repository) }))
      .filter(({ addresses }) => addresses.length > 0);
    expect(other).toEqual([]);
  });

  it('is written wherever one is needed, and taken back, by npm run set-repository', () => {
    using fixture = createFixture();
    const address = 'https://github.com/example/scim-gateway';
    expect(fixture.run('set-repository.mjs', address)).toEqual({ status: 0, output: '' });
    expect(JSON.parse(fixture.read('package.json')).repository).toBe(address);
    expect(fixture.read('charts/scim-gateway/Chart.yaml')).toContain(`home: ${address}\nsources:\n  - ${address}\n`);
    for (const path of ['deploy/prometheus/rules/scim-gateway.yaml', 'charts/scim-gateway/files/rules.yaml'])
      expect(fixture.read(path)).toContain(`runbook_url: ${address}/blob/main/docs/runbook.md#scimgatewaydown\n`);
    for (const path of ['deploy/grafana/dashboards', 'charts/scim-gateway/files/dashboards'])
      expect(fixture.read(`${path}/scim-gateway.json`)).toContain(`"${address}/blob/main/docs/runbook.md#`);
    fixture.run('set-repository.mjs', ...(repository === '' ? [] : [repository]));
    expect(fixture.git('status', '--porcelain')).toBe('');
  });
});
