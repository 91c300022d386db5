import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasContainers } from '../../deploy/test/support/containers.ts';
import { freePort, untilAnswered } from '../../deploy/test/support/gateway-container.ts';
import { buildImage } from '../../deploy/test/support/image.ts';
import { redisServer, startRedis, type TestRedis } from '../../packages/cache/src/testing/redis-server.ts';
import { type CollateSimulator, createCollateSimulator } from '../../packages/collate-simulator/src/index.ts';
import { playSession } from '../../packages/idp-simulator/src/index.ts';
import { type Manifest, render, type Values } from './support/helm.ts';
import type { Surroundings } from './support/mounts.ts';
import { type PlayedPod, playPod } from './support/node.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests have any shape.
type Json = any;

const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';

function the(kind: string, manifests: readonly Manifest[]): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`The chart renders no ${kind}.`);
  return found;
}

describe.skipIf(!hasContainers || redisServer === undefined)('the rendered Deployment', () => {
  const running: AsyncDisposable[] = [];
  let manifests: readonly Manifest[] = [];
  let container: Json;
  let around: Surroundings;
  let pod: PlayedPod;
  let simulator: CollateSimulator;
  let redis: TestRedis;
  let port = 0;

  beforeAll(async () => {
    const [repository = '', tag = ''] = buildImage('gateway').split(/:(?=[^/]*$)/);
    simulator = await createCollateSimulator({ raceMs: 1 });
    redis = await startRedis();
    running.push(simulator, redis);
    port = await freePort();
    const values: Values = {
      image: { repository, tag },
      existingSecret: 'scim-gateway-credentials',
      collate: { hostAndPort: simulator.url },
      redis: { host: '127.0.0.1', port: redis.port },
      containerPorts: { http: port, management: await freePort() },
      // The test pod reaches the gateway without a Service here.
      service: { ports: { http: port } },
    };
    ({ manifests } = await render(values));
    around = {
      hostnames: [the('Service', manifests).metadata.name],
      secrets: { 'scim-gateway-credentials': { 'collate-token': simulator.token, 'scim-token': token } },
    };
    const deployment = the('Deployment', manifests);
    container = deployment['spec'].template.spec.containers[0];
    pod = playPod(deployment, manifests, around);
    running.push(pod);
    // Builds the image when it has not been built yet.
  }, 600_000);
  afterAll(async () => {
    for (const one of running.toReversed()) await one[Symbol.asyncDispose]();
  });

  const probeUrl = (name: string): string => {
    const { httpGet } = container[name];
    const { containerPort } = container.ports.find((one: Json) => one.name === httpGet.port);
    return `http://127.0.0.1:${containerPort}${httpGet.path}`;
  };

  it.each(['startupProbe', 'livenessProbe', 'readinessProbe'])('passes its %s', async (name) => {
    const { periodSeconds, failureThreshold } = container[name];
    await untilAnswered(probeUrl(name), periodSeconds * failureThreshold * 1000);
  });

  it('runs with the security context that was rendered', () => {
    const program = `
      const { readFileSync, writeFileSync } = require('node:fs');
      const status = readFileSync('/proc/1/status', 'utf8');
      const field = (name) => status.match(new RegExp('^' + name + ':\\\\s+(\\\\S+)', 'm'))[1];
      const write = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      const fields = ['Uid', 'Gid', 'CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp'].map((name) => [name, field(name)]);
      const writes = ['/tmp/x', '/app/x', '/etc/scim-gateway/secrets/x'].map((path) => [path, write(path)]);
      console.log(JSON.stringify(Object.fromEntries([...fields, ...writes])));`;
    expect(JSON.parse(pod.evaluate(program))).toEqual({
      Uid: '65532',
      Gid: '65532',
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      NoNewPrivs: '1',
      Seccomp: '2',
      '/tmp/x': 'written',
      '/app/x': 'EROFS',
      '/etc/scim-gateway/secrets/x': 'EROFS',
    });
    expect(pod.inspect().HostConfig).toMatchObject({ Privileged: false, Memory: 512 * 2 ** 20 });
  });

  it.each(['entra', 'okta'] as const)('serves a session of %s', async (provider) => {
    simulator.reset();
    const report = await playSession({ provider, baseUrl: `http://127.0.0.1:${port}/scim/v2`, token });
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(30);
  });

  it("passes the chart's own test pod", async () => {
    await using test = playPod(the('Pod', manifests), manifests, around);
    const code = await test.ended();
    expect([code, test.logs()]).toEqual([0, expect.stringContaining('✓ GET /ResourceTypes with the token')]);
  });

  it('fails the test pod that has a wrong token', async () => {
    const wrong = { ...around, secrets: { 'scim-gateway-credentials': { 'scim-token': 'wrong' } } };
    await using test = playPod(the('Pod', manifests), manifests, wrong);
    const code = await test.ended();
    expect([code, test.logs()]).toEqual([
      1,
      expect.stringContaining('✗ GET /ResourceTypes with the token answers 401'),
    ]);
  });

  it('stays alive, and is not restarted, when neither Redis nor Collate can be reached', async () => {
    const { StartedAt } = pod.inspect().State;
    await redis.signal('SIGKILL');
    await simulator[Symbol.asyncDispose]();
    const answer = await fetch(`http://127.0.0.1:${port}/scim/v2/Users?count=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    for (let second = 0; second < 5; second += 1) {
      expect((await fetch(probeUrl('livenessProbe'))).status).toBe(200);
      await wait(1_000);
    }
    expect(pod.inspect().State).toMatchObject({ Status: 'running', StartedAt });
  });
});
