import { setTimeout as wait } from 'node:timers/promises';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { runClients } from '../faults/provider-clients.ts';
import {
  evicts,
  losesTheNetwork,
  losesTheNetworkForLong,
  type Nemesis,
  promotesALaggingReplica,
  restartsFromAnOldFile,
} from '../faults/redis-nemeses.ts';
import { hasRedis, startGateway } from '../journeys/process-harness.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';

/** How long each nemesis works; the nightly run sets more. */
const seconds = Number(process.env['NEMESIS_SECONDS'] ?? 15);

const nemeses: readonly (readonly [string, Nemesis])[] = [
  ['evicts by allkeys-lru', evicts('allkeys-lru')],
  ['evicts by volatile-lru', evicts('volatile-lru')],
  ['evicts by allkeys-random', evicts('allkeys-random')],
  ['restarts from an old file', restartsFromAnOldFile],
  ['is replaced by a replica that lags', promotesALaggingReplica],
  ['loses the network for moments', losesTheNetwork],
  ['is away from one gateway for long', losesTheNetworkForLong],
];

describe.skipIf(!hasRedis)('two gateways whose Redis', { timeout: seconds * 1_000 + 180_000 }, () => {
  it.each([
    ...nemeses.map(([name, nemesis]) => [name, '1.12', nemesis] as const),
    ['restarts from an old file', '1.1', restartsFromAnOldFile] as const,
    ['loses the network for moments', '1.1', losesTheNetwork] as const,
  ])('%s lose no acknowledged change and show no earlier state of Collate %s', async (name, generation, nemesis) => {
    await using simulator = await createCollateSimulator({ raceMs: 1, generation });
    await using redis = await nemesis(2);
    const env = {
      ...gatewayEnvironment(simulator),
      SCIM_TOKEN: 'a-token-of-the-test-that-is-long-enough-to-be-one',
      COLLATE_WRITE_TIMEOUT_MS: '1000',
      REQUEST_DEADLINE_MS: '8000',
      LOG_LEVEL: 'silent',
    };
    const [one, two] = await Promise.all(
      redis.links.map(({ port }) => startGateway({ ...env, REDIS_URL: `redis://127.0.0.1:${port}` })),
    );
    await using first = one ?? fail();
    await using second = two ?? fail();
    const end = new AbortController();
    const baseUrls = [first.baseUrl, second.baseUrl];
    const clients = runClients(6, { baseUrls, keepsDocuments: generation !== '1.1', running: end.signal });
    const troubled = redis.trouble(end.signal);
    await wait(seconds * 1_000);
    end.abort();
    await troubled;
    const { stale, wrong, ...tally } = await clients;
    const trouble = await redis.countTrouble();
    const figures = { ...tally, stale: stale.length, wrong: wrong.length, trouble };
    process.stdout.write(`Redis ${name}, Collate ${generation}: ${JSON.stringify(figures)}\n`);
    expect({ stale, wrong }).toEqual({ stale: [], wrong: [] });
    expect(trouble).toBeGreaterThan(0);
    expect(tally.acknowledged).toBeGreaterThan(5);
    expect(tally.reads).toBeGreaterThan(5);
  });
});

function fail(): never {
  throw new Error('a gateway is missing');
}
