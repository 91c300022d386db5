import type { LeaseObserver, RedisMemory, RedisRole, StoreOperation } from '@scim-gateway/cache';
import { type Capabilities, duties, permissionsFor } from '@scim-gateway/collate-client/model';
import { type CacheName, documentStoreStates } from '../provisioning/events.ts';
import { processMetrics } from './catalogue/process.ts';
import { provisioningMetrics } from './catalogue/provisioning.ts';
import { sharingMetrics } from './catalogue/sharing.ts';
import type { MetricFactory } from './metric-factory.ts';

/** What replicas share through Redis, or one replica keeps in memory. */
export interface SharingSource {
  /** Counts the look-ups in memory; undefined where they are in Redis. */
  readonly countEntries: (() => number) | undefined;
  /** The expiry of each certificate that connections to Redis use; in milliseconds since the epoch. */
  certificateExpiries(): ReadonlyMap<string, number>;
  /** Reads changed files for Redis now, so that an unusable one is reported although nothing reconnects. */
  checkFiles(): void;
}

/** A command to Redis that is over: answered, or failed. */
export interface RedisCommand {
  readonly role: RedisRole;
  readonly answered: boolean;
  readonly durationMs: number;
}

/** How well the cache, Redis, leases and Collate's document store serve. */
export function createSharingMetrics(
  make: MetricFactory,
  { isRedisConfigured }: { readonly isRedisConfigured: boolean },
) {
  const reads = make.counter(sharingMetrics.cacheReads);
  const invalidations = make.counter(sharingMetrics.cacheInvalidations);
  const operations = make.histogram(sharingMetrics.cacheOperation);
  return {
    ...createSourceMetrics(make),
    cacheRead: (cache: CacheName, result: 'hit' | 'miss') => {
      reads(cache, result).total += 1;
    },
    cacheInvalidated: (cache: CacheName) => {
      invalidations(cache).total += 1;
    },
    storeOperation: (operation: StoreOperation, milliseconds: number) =>
      operations(operation).observe(milliseconds / 1000),
    capabilities: createCapabilityMetrics(make),
    ...createRedisMetrics(make, { isRedisConfigured }),
    leases: createLeaseMetrics(make),
  };
}

function createSourceMetrics(make: MetricFactory) {
  const cacheEntries = make.watchable(sharingMetrics.cacheEntries);
  const certificateExpiry = make.watchable(processMetrics.certificateExpiry);
  return {
    /** Checks the files for Redis before each scrape, and shows what the source knows. */
    watchSharing: ({ countEntries, certificateExpiries, checkFiles }: SharingSource) => {
      make.beforeRender(checkFiles);
      if (countEntries !== undefined) cacheEntries((set) => set(countEntries()));
      certificateExpiry((set) => {
        for (const [name, expiresAt] of certificateExpiries()) set(expiresAt / 1000, name);
      });
    },
  };
}

/** What the acting bot can do: no state of the document store is 1, and no right missing, before the first request. */
function createCapabilityMetrics(
  make: MetricFactory,
): (capabilities: Pick<Capabilities, 'documentStore' | 'membershipEndpoints' | 'rights'>) => void {
  const documents = make.gauge(provisioningMetrics.documentStore);
  const missing = make.gauge(provisioningMetrics.rightsMissing);
  for (const state of documentStoreStates) documents(0, state);
  for (const duty of duties) missing(0, duty);
  return ({ documentStore, membershipEndpoints, rights }) => {
    for (const state of documentStoreStates) documents(state === documentStore ? 1 : 0, state);
    for (const duty of duties) {
      const refusal = rights.firstRefusalOf(permissionsFor(duty, { membershipEndpoints }));
      missing(refusal === undefined ? 0 : 1, duty);
    }
  };
}

/** Whether Redis answers, and how fast. */
function createRedisMetrics(
  make: MetricFactory,
  { isRedisConfigured: isConfigured }: { readonly isRedisConfigured: boolean },
) {
  const errors = make.counter(sharingMetrics.redisErrors);
  const commands = make.counter(sharingMetrics.redisCommands);
  const durations = make.histogram(sharingMetrics.redisCommandDuration);
  const reconnects = make.counter(sharingMetrics.redisReconnects);
  const mayEvict = make.gauge(sharingMetrics.redisMayEvict);
  const evictedKeys = make.gauge(sharingMetrics.redisEvictedKeys);
  let isUp = false;
  make.gauge(sharingMetrics.redisConfigured)(isConfigured ? 1 : 0);
  make.observed(sharingMetrics.redisUp, (set) => set(isUp ? 1 : 0));
  make.observed(sharingMetrics.redisDegraded, (set) => set(isConfigured && !isUp ? 1 : 0));
  return {
    redisUp: () => {
      isUp = true;
    },
    redisDown: () => {
      isUp = false;
    },
    redisError: () => {
      errors().total += 1;
    },
    redisMemory: (memory: RedisMemory) => {
      mayEvict(memory.evictionPolicies.length > 0 ? 1 : 0);
      evictedKeys(memory.evictedKeys);
    },
    redisReconnecting: () => {
      reconnects().total += 1;
    },
    redisCommand: ({ role, answered, durationMs: milliseconds }: RedisCommand) => {
      commands(role, answered ? 'ok' : 'error').total += 1;
      durations(role).observe(milliseconds / 1000);
    },
  };
}

/** How long writes wait for locks that replicas share, and whether Redis keeps the leases. */
function createLeaseMetrics(make: MetricFactory): LeaseObserver {
  const waits = make.histogram(sharingMetrics.leaseWait);
  const lost = make.counter(sharingMetrics.leasesLost);
  const pause = make.gauge(sharingMetrics.leasePause);
  return {
    onWait: (milliseconds, outcome) => waits(outcome).observe(milliseconds / 1000),
    onLost: () => {
      lost().total += 1;
    },
    onPause: (milliseconds) => pause(milliseconds / 1000),
  };
}
