import { spawnSync } from 'node:child_process';
import { playSession } from '@scim-gateway/idp-simulator';
import { describe, expect, it } from 'vitest';
import { startProcesses } from '../journeys/process-harness.ts';

/** The path of another Node, which npm brings. */
function nodeOf(version: string): string {
  const { stdout, stderr } = spawnSync('npx', ['-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath'], {
    encoding: 'utf8',
  });
  const path = stdout.trim().split('\n').at(-1) ?? '';
  if (path === '') throw new Error(`Node ${version} could not be had: ${stderr}`);
  return path;
}

describe.each(['20.19.0', '22', '24'])('the built gateway on Node %s', (version) => {
  it('passes both sessions and stops with exit code 0', async () => {
    await using harness = await startProcesses({ node: nodeOf(version) });
    const [gateway] = harness.gateways;
    const metrics = await fetch(`${gateway?.managementUrl}/metrics`);
    expect(await metrics.text()).toMatch(new RegExp(`node="v${version.split('.')[0]}\\.`));
    for (const provider of ['entra', 'okta'] as const) {
      harness.simulator.reset();
      const report = await playSession({ provider, baseUrl: gateway?.baseUrl ?? '', token: harness.token });
      expect(report.failed).toEqual([]);
    }
    expect(await gateway?.signal('SIGTERM')).toBe(0);
  });
});

describe('the management listener', () => {
  it('shows the API as a page and as OpenAPI 3.1', async () => {
    await using harness = await startProcesses();
    const base = harness.gateways[0]?.managementUrl ?? '';
    const page = await fetch(`${base}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const document = await (await fetch(`${base}/docs/json`)).json();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'SCIM gateway for Collate' } });
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
  });
});
