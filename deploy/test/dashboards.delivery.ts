import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis, type TestRedis } from '../../packages/cache/src/testing/redis-server.ts';
import { type CollateSimulator, createCollateSimulator } from '../../packages/collate-simulator/src/index.ts';
import { playSession } from '../../packages/idp-simulator/src/index.ts';
import { createTokenEntry } from '../../services/gateway/src/credentials/new-token.ts';
import {
  type GatewayProcess,
  hasRedis,
  send,
  startGateway,
} from '../../services/gateway/test/journeys/process-harness.ts';
import { queriesOf, readDashboard, substitute } from './support/dashboard.ts';
import { plot } from './support/plot.ts';
import { startPrometheus, type TestPrometheus } from './support/prometheus.ts';
import { readRules } from './support/rules.ts';

const hasPrometheus = process.env['CI'] === 'true' || spawnSync('prometheus', ['--version']).error === undefined;

/** Queries without a result in this test, with the reason. */
const rightlyEmpty: Readonly<Record<string, string>> = {
  'Pauses between cycles, A': 'a pause lasts a minute or more',
  'Until tokens and certificates expire, C': 'Redis is spoken to without TLS, so that there is no certificate',
};

/** The alerts that fire when Collate and Redis are down. */
const expected = [
  'ScimCircuitBreakerOpen (ticket)',
  'ScimDeprovisionDelayed (page)',
  'ScimGatewayErrorBudgetBurnFast (page)',
  'ScimRedisDegraded (page)',
  'ScimTenantErrors (ticket)',
  'ScimUpstreamDown (page)',
];

const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;

interface World {
  readonly simulator: CollateSimulator;
  readonly redis: TestRedis;
  readonly gateways: readonly GatewayProcess[];
  readonly prometheus: TestPrometheus;
  readonly token: string;
}

/** Two gateways: one exports the metrics of a cache in memory, the other those of Redis. */
async function startWorld(): Promise<World> {
  const simulator = await createCollateSimulator();
  const redis = await startRedis();
  const made = createTokenEntry({
    name: 'entra-1',
    provider: 'entra',
    expires: new Date(inDays(90) * 1000).toISOString(),
  });
  const file = join(folder, 'tokens.json');
  writeFileSync(file, JSON.stringify([made.entry]));
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
    COLLATE_URL: simulator.url,
    COLLATE_TOKEN: simulator.mintToken('scim-gateway', { isBot: true, exp: inDays(90) }),
    SCIM_TOKENS_FILE: file,
    LOG_LEVEL: 'error',
  };
  const gateways = await Promise.all([startGateway({ ...env, REDIS_URL: redis.url }), startGateway(env)]);
  const prometheus = await startPrometheus(gateways.map(({ managementUrl }) => new URL(managementUrl).host));
  return { simulator, redis, gateways, prometheus, token: made.token };
}

/** Traffic of providers, with successes and failures. */
async function makeTraffic({ gateways, simulator, token }: World): Promise<void> {
  const [first, second] = gateways.map(({ baseUrl }) => baseUrl);
  if (first === undefined || second === undefined) throw new Error('Two gateways are required');
  const headers = { authorization: `Bearer ${token}` };
  const ask = (base: string, method: string, path: string, body?: unknown) => send(base, method, path, body, headers);
  await playSession({ provider: 'entra', baseUrl: first, token, variant: 'all' });
  await ask(second, 'GET', '/Users?count=5');
  await ask(second, 'GET', '/Users?filter=userName%20eq%20%22nobody%40example.com%22');
  await ask(first, 'GET', '/Users?filter=nonsense');
  await ask(first, 'GET', '/Users?filter=title%20co%20%22a%22');
  await send(first, 'GET', '/Users', undefined, { authorization: 'Bearer wrong' });
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  await ask(first, 'POST', '/Bulk', {
    schemas,
    Operations: [{ method: 'DELETE', path: '/Users/2819c223-7f76-453a-919d-413861904646' }],
  });
  simulator.arm([{ match: '*', when: 'before', status: 503, times: 2 }]);
  await ask(first, 'GET', '/Users?count=7');
  simulator.clearFaults();
}

describe.skipIf(!hasPrometheus || !hasRedis)('a Prometheus that scrapes the gateway', () => {
  let world: World | undefined;
  const there = (): World => {
    if (world === undefined) throw new Error('Nothing was started');
    return world;
  };

  const untilFound = (query: string) =>
    vi.waitUntil(async () => (await there().prometheus.query(query)).length > 0, { timeout: 60_000, interval: 200 });

  beforeAll(async () => {
    world = await startWorld();
    // Increments before the first scrape do not show as an increase.
    await untilFound('count(up == 1) == 2');
    await makeTraffic(there());
    await untilFound('sum(scim_gateway:slo_events:increase5m) > 50');
  });

  afterAll(async () => {
    if (world === undefined) return;
    await world.prometheus[Symbol.asyncDispose]();
    for (const gateway of world.gateways) await gateway.signal('SIGKILL');
    await world.redis[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('evaluates every rule without an error', async () => {
    const evaluated = await there().prometheus.rules();
    expect(evaluated.length).toBe(readRules().length);
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('has a result for every query of the dashboard, except for the listed ones', async () => {
    const queries = queriesOf(readDashboard());
    const isEmpty = async ({ query }: { readonly query: string }) =>
      !(await there().prometheus.query(substitute(query))).some(({ value }) => Number.isFinite(Number(value?.[1])));
    // A rule that reads a recorded series may be one second late.
    const findEmpty = async () => {
      const empty = await Promise.all(queries.map(isEmpty));
      return queries.filter((_, index) => empty[index]).map(({ where }) => where);
    };
    await expect.poll(findEmpty, { timeout: 15_000, interval: 500 }).toEqual(Object.keys(rightlyEmpty));
    console.log(`dashboard: ${queries.length} queries`);
  });

  it('fires no page while the gateway, Collate and Redis are healthy', async () => {
    const firing = await there().prometheus.firing();
    expect(firing.filter((each) => each.includes('(page)'))).toEqual([]);
  });

  it('fires the expected alerts when Collate and Redis are down, while the gateway stays alive', async () => {
    const { gateways, redis, simulator, prometheus, token } = there();
    await redis.signal('SIGKILL');
    await simulator[Symbol.asyncDispose]();
    const livez = async () =>
      Promise.all(gateways.map(async ({ managementUrl }) => (await fetch(`${managementUrl}/livez`)).status));
    const headers = { authorization: `Bearer ${token}` };
    let going = true;
    const provide = async (baseUrl: string) => {
      while (going) {
        const id = '2819c223-7f76-453a-919d-413861904646';
        await Promise.all([
          ...Array.from({ length: 20 }, () => send(baseUrl, 'GET', `/Users/${id}`, undefined, headers)),
          ...Array.from({ length: 3 }, () => send(baseUrl, 'DELETE', `/Users/${id}`, undefined, headers)),
        ]);
      }
    };
    const providers = gateways.map(({ baseUrl }) => provide(baseUrl));
    const alive: number[] = [];
    const firing = async () => {
      alive.push(...(await livez()));
      return prometheus.firing();
    };
    await expect.poll(firing, { timeout: 90_000, interval: 500 }).toEqual(expect.arrayContaining(expected));
    going = false;
    await Promise.all(providers);
    console.log(`firing: ${(await prometheus.firing()).join(', ')}`);
    expect(new Set(alive)).toEqual(new Set([200]));
    expect(await livez()).toEqual([200, 200]);
    const file = process.env['DASHBOARD_PLOT'];
    if (file !== undefined)
      writeFileSync(file, await plot(readDashboard(), (query) => prometheus.queryRange(query, 60)));
  });
});
