import { createIndexes, createMemoryLocks, createMemoryStore, type Store } from '@scim-gateway/cache';
import { type CollateClient, createCollateClient } from '@scim-gateway/collate-client';
import { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from '@scim-gateway/collate-simulator';
import { groupResourceType, type ResourceType, userResourceType } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';
import { allScopes } from '../../src/credentials/credential.ts';
import { buildApp } from '../../src/http/app.ts';
import { createAudit } from '../../src/observability/audit.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createProvisioning, type Provisioning } from '../../src/provisioning/provisioning.ts';
import type { ResourceService } from '../../src/provisioning/service.ts';
import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';
import { defaultSettings } from './default-settings.ts';

/** An answer of a gateway. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** The body as JSON; undefined when it is empty. */
  readonly body: unknown;
}

/** A request as a provider sends it: method, path below the base, body. */
export type ScimRequest = readonly [method: string, path: string, body?: unknown];

/** One gateway of the harness. */
export interface TestGateway {
  ask(request: ScimRequest): Promise<Answer>;
}

/**
 * A simulated Collate, and two gateways that share a store and locks, as replicas do. Only the process boundary and the
 * provider's socket are missing.
 */
export interface ReplicasHarness extends AsyncDisposable {
  readonly simulator: CollateSimulator;
  /** Whether Collate has an open document store. */
  readonly keepsDocuments: boolean;
  /** Has a deadline of `hastyMs` for requests and upstream calls. */
  readonly hasty: TestGateway;
  /** Has the deadlines of a deployment. */
  readonly calm: TestGateway;
  /** Empties Collate, and restarts the gateways. */
  restart(settings?: Partial<ProvisioningSettings>): Promise<void>;
  /** Resolves when Collate has finished all calls, including those whose client has disconnected. */
  settle(): Promise<void>;
}

/** The deadline of the hasty gateway's requests and calls, in milliseconds; generous enough for a busy machine. */
export const hastyMs = 1_000;

const calmMs = 20_000;

const harnessSettings: ProvisioningSettings = { ...defaultSettings, cacheNegativeTtlMs: 300_000 };

/** Starts the harness. It caches absences for a long time, so that a stale one is noticed. */
export async function startReplicasHarness(options: SimulatorOptions = {}): Promise<ReplicasHarness> {
  const simulator = await createCollateSimulator({ raceMs: 1, ...options });
  const hasty = await startReplica(hastyMs);
  const calm = await startReplica(calmMs);
  const settle = async () => {
    while (simulator.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  let store: Store | undefined;
  return {
    simulator,
    keepsDocuments: simulator.generation !== '1.1' && options.documentStore !== false,
    hasty,
    calm,
    settle,
    restart: async (settings = {}) => {
      await settle();
      simulator.reset();
      await store?.[Symbol.asyncDispose]();
      store = createMemoryStore({ maxEntries: 10_000 });
      const all = { ...harnessSettings, ...settings };
      const indexes = createIndexes({ ttlMs: all.cacheTtlMs });
      const shared = { store, indexes, locks: createMemoryLocks({ longestCallMs: hastyMs }) };
      await hasty.connect(simulator, shared, all);
      await calm.connect(simulator, shared, all);
    },
    [Symbol.asyncDispose]: async () => {
      await hasty[Symbol.asyncDispose]();
      await calm[Symbol.asyncDispose]();
      await store?.[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

interface Replica extends TestGateway, AsyncDisposable {
  connect(
    simulator: CollateSimulator,
    shared: Pick<Parameters<typeof createProvisioning>[0], 'store' | 'indexes' | 'locks'>,
    settings: ProvisioningSettings,
  ): Promise<void>;
}

/** A SCIM listener with exchangeable use cases, since building one takes longer than a step of a walk. */
async function startReplica(deadlineMs: number): Promise<Replica> {
  let current: { readonly provisioning: Provisioning; readonly client: CollateClient } | undefined;
  const provisioning = () => {
    if (current === undefined) throw new Error('the harness was not started');
    return current.provisioning;
  };
  const app = await buildListener(deadlineMs, provisioning);
  const ask = async ([method, path, body]: ScimRequest): Promise<Answer> => {
    const answer = await app.inject({
      method: method as 'GET',
      url: `/scim/v2${path}`,
      headers: {
        authorization: 'Bearer any',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const { 'retry-after': retryAfter, 'content-type': contentType } = answer.headers;
    return {
      status: answer.statusCode,
      retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
      contentType: contentType === undefined ? undefined : String(contentType),
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
    };
  };
  return {
    ask,
    connect: async (simulator, shared, settings) => {
      await current?.client[Symbol.asyncDispose]();
      const callMs = Math.min(deadlineMs, 15_000);
      const client = createCollateClient({
        baseUrl: simulator.url,
        token: () => simulator.token,
        timeouts: { readMs: (callMs * 5) / 6, writeMs: callMs },
        // The failures of one step must not open the circuit breaker for its repetition.
        breaker: { minimumCalls: 1_000_000 },
        retries: { baseDelayMs: 10 },
      });
      current = {
        client,
        provisioning: createProvisioning({
          client,
          ...shared,
          settings,
          locate: (endpoint, id) => `http://gateway.test/scim/v2${endpoint}/${id}`,
          clock: Date.now,
          cursorSecret: () => 'a secret of the tests',
          events: {},
        }),
      };
      // The first request detects the server's capabilities, outside of any tested operation.
      await ask(['GET', '/Users?count=0']);
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await current?.client[Symbol.asyncDispose]();
    },
  };
}

function buildListener(deadlineMs: number, provisioning: () => Provisioning): Promise<FastifyInstance> {
  const metrics = createMetrics({ version: '0.0.0', isRedisConfigured: false });
  const logger = createLogger({ level: 'silent', stream: { write: () => undefined } });
  const principal = { credential: 'test', provider: 'test', profile: 'tolerant' } as const;
  return buildApp(
    {
      users: delegateTo(userResourceType, () => provisioning().users),
      groups: delegateTo(groupResourceType, () => provisioning().groups),
      describeTypes: () => [userResourceType, groupResourceType],
      authenticate: () => ({ kind: 'accepted', credential: { principal, scopes: allScopes, method: 'token' } }),
      metrics,
      logger,
      audit: createAudit(logger, metrics),
      readOnly: { isOn: false },
    },
    {
      baseUrl: () => 'http://gateway.test/scim/v2',
      version: '0.0.0',
      deadlineMs,
      bodyLimitBytes: 2 ** 20,
      maxConnections: 100,
      maxRequestsInFlight: 1000,
      trustedProxies: [],
      pages: { default: 1000, max: 1000 },
    },
  );
}

function delegateTo(type: ResourceType, service: () => ResourceService): ResourceService {
  return {
    type,
    create: (...given) => service().create(...given),
    read: (...given) => service().read(...given),
    list: (...given) => service().list(...given),
    replace: (...given) => service().replace(...given),
    patch: (...given) => service().patch(...given),
    remove: (...given) => service().remove(...given),
  };
}
