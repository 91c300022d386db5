import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeFile, startComposition } from './support/compose.ts';
import { hasContainers, repository } from './support/containers.ts';
import { makeDebianImages } from './support/debian-images.ts';
import { eventually } from './support/eventually.ts';
import { untilAnswered } from './support/gateway-container.ts';
import { buildImage } from './support/image.ts';
import { installTools, runTool } from './support/tools.ts';

/** Without Grafana, whose image needs a registry. Other tests check its files. */
const services = ['alertmanager', 'collate', 'gateway', 'prometheus', 'providers', 'redis'];
const prometheus = 'http://127.0.0.1:9090';

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of the answer
async function ask(path: string): Promise<any> {
  const answer = await fetch(`${prometheus}/api/v1/${path}`);
  const body: { readonly data?: unknown } = JSON.parse(await answer.text());
  return body.data;
}

async function sampleOf(query: string): Promise<number> {
  const { result } = await ask(`query?query=${encodeURIComponent(query)}`);
  return Number(result[0]?.value[1] ?? Number.NaN);
}

describe.skipIf(!hasContainers)('deploy/compose.yaml', () => {
  const variables: Record<string, string> = {};

  beforeAll(() => {
    const { redis, prometheus: prometheusImage, alertmanager } = makeDebianImages();
    Object.assign(variables, {
      GATEWAY_IMAGE: buildImage('gateway'),
      SIMULATOR_IMAGE: buildImage('simulator'),
      REDIS_IMAGE: redis,
      PROMETHEUS_IMAGE: prometheusImage,
      ALERTMANAGER_IMAGE: alertmanager,
    });
  });

  it('runs a gateway with traffic, which Prometheus scrapes with all its rules and an Alertmanager', async () => {
    const began = performance.now();
    await using composition = await startComposition(services, variables);
    await untilAnswered('http://127.0.0.1:9091/readyz');
    await untilAnswered(`${prometheus}/-/ready`);
    console.log(`compose: up in ${Math.round(performance.now() - began)} ms`);
    await eventually(async () => {
      expect(await sampleOf('up{job="scim-gateway"}')).toBe(1);
      expect(await sampleOf('scim_gateway_redis_up')).toBe(1);
      expect(await sampleOf('sum(scim_gateway_http_requests_total)')).toBeGreaterThan(30);
      expect(composition.run('logs', '--no-color', 'providers').stdout).toMatch(/: \d+ assertions passed, 0 failed/);
      expect((await ask('alertmanagers')).activeAlertmanagers).toHaveLength(1);
    });
    const { groups } = await ask('rules');
    const rules = groups.flatMap((group: { rules: readonly { health: string; lastError?: string }[] }) => group.rules);
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(({ health }: { health: string }) => health === 'err')).toEqual([]);
    console.log(`compose: all seen after ${Math.round(performance.now() - began)} ms`);
  });
});

describe('the files of the composition', () => {
  beforeAll(installTools);

  it('pass the linter', () => {
    expect(runTool('node_modules/dclint/bin/dclint.cjs', ['--config', 'dclint.json', composeFile])).toEqual({
      code: 0,
      output: '',
    });
  });

  it.skipIf(!hasContainers)('contain a configuration that Alertmanager accepts', () => {
    const { status, stdout } = spawnSync(
      'amtool',
      ['check-config', join(repository, 'deploy/alertmanager/alertmanager.yml')],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining('3 receivers')]);
  });
});
