import { setTimeout as wait } from 'node:timers/promises';
import { startRedis } from '@scim-gateway/cache/testing/redis-server';
import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { type GatewayProcess, send, startGateway } from '../journeys/process-harness.ts';
import { createFixtures, type Fixtures } from '../support/fixtures.ts';
import type { Answer, ScimRequest } from '../support/replicas-harness.ts';

/** The timeout of the gateways' writes, in milliseconds; the leases of a killed gateway expire 3 s after that. */
export const writeTimeoutMs = 1_000;

/** A Collate, a Redis, and two built gateways: one to kill, and one that survives. */
export interface KillHarness extends AsyncDisposable {
  readonly simulator: CollateSimulator;
  /** Creates fixtures through the surviving gateway. */
  readonly fixtures: Fixtures;
  /** @returns undefined when the gateway did not answer. */
  askVictim(request: ScimRequest): Promise<Answer | undefined>;
  askSurvivor(request: ScimRequest): Promise<Answer>;
  /** Kills the first gateway and starts another in its place; the next `askVictim` waits for it. */
  kill(): Promise<void>;
}

/** Starts the harness and resolves when both gateways are ready. */
export async function startKillHarness(): Promise<KillHarness> {
  const simulator = await createCollateSimulator({ raceMs: 1 });
  const redis = await startRedis();
  const start = () =>
    startGateway({
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: simulator.token,
      SCIM_TOKEN: 'a-token-of-the-test-that-is-long-enough-to-be-one',
      COLLATE_WRITE_TIMEOUT_MS: String(writeTimeoutMs),
      REDIS_URL: redis.url,
      PUBLIC_URL: 'http://gateway.test',
      LOG_LEVEL: 'silent',
    });
  const [first, survivor] = await Promise.all([start(), start()]);
  let victim = Promise.resolve(first);
  const askSurvivor = (request: ScimRequest) => ask(survivor, request);
  return {
    simulator,
    fixtures: createFixtures({ simulator, keepsDocuments: true, calm: { ask: askSurvivor } }),
    askSurvivor,
    askVictim: async (request) => ask(await victim, request).catch(() => undefined),
    kill: async () => {
      await (await victim).signal('SIGKILL');
      victim = start();
    },
    [Symbol.asyncDispose]: async () => {
      await (await victim)[Symbol.asyncDispose]();
      await survivor[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      while (simulator.pending() > 0) await wait(5);
      await simulator[Symbol.asyncDispose]();
    },
  };
}

async function ask({ baseUrl }: GatewayProcess, [method, path, body]: ScimRequest): Promise<Answer> {
  const { status, headers, body: answered } = await send(baseUrl, method, path, body);
  return {
    status,
    retryAfter: headers.get('retry-after') ?? undefined,
    contentType: headers.get('content-type') ?? undefined,
    body: answered,
  };
}
