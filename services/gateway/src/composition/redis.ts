import {
  createIndexes,
  createMemoryLocks,
  createMemoryStore,
  createRedisConnection,
  createRedisLocks,
  createRedisStore,
  type Indexes,
  type Locks,
  type RedisConnection,
  type Store,
  withStoreObservation,
} from '@scim-gateway/cache';
import type { Config } from '../config/config.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Observation } from './observability.ts';
import { openRedisAccess, type RedisAccess } from './redis-access.ts';
import { watchRedisMemory } from './redis-memory.ts';

/** What replicas share through Redis; without Redis, what one replica keeps in memory. */
export interface Sharing {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly locks: Locks;
  /** Counts the look-ups in memory; undefined where they are in Redis. */
  readonly countEntries: (() => number) | undefined;
  /** The expiry of each certificate that connections to Redis use; in milliseconds since the epoch. */
  certificateExpiries(): ReadonlyMap<string, number>;
  /** Reads changed files for Redis now, so that an unusable one is reported although nothing reconnects. */
  checkFiles(): void;
  /** Closed in this order: leases are released over the connection. */
  readonly resources: readonly AsyncDisposable[];
}

/** The most look-ups that a replica without Redis keeps in memory. */
const maxMemoryEntries = 100_000;
const redisTimeoutMs = 250;

/** Connects to Redis where the configuration names one. Parts that need the connection wait for it themselves. */
export function composeSharing(config: Config, { metrics, logger, files }: Observation): Sharing {
  const longestCallMs = longestCallOf(config);
  const access = openRedisAccess(config.redis, {
    credentials: files('redis-credentials'),
    certificates: files('redis-certificates'),
  });
  const ttlMs = config.provisioning.cacheTtlMs;
  if (access === undefined) return createMemorySharing({ longestCallMs, ttlMs });
  const connection = connect(access, metrics);
  const store = withStoreObservation(createRedisStore(connection), metrics.storeOperation);
  const locks = createRedisLocks({ connection, longestCallMs, observer: metrics.leases });
  return {
    store,
    indexes: createIndexes({ ttlMs, redis: connection }),
    locks,
    countEntries: undefined,
    certificateExpiries: access.expiries,
    checkFiles: access.checkFiles,
    resources: [watchRedisMemory(connection, { logger, metrics }), locks, store, connection],
  };
}

function createMemorySharing(limits: { readonly longestCallMs: number; readonly ttlMs: number }): Sharing {
  const store = createMemoryStore({ maxEntries: maxMemoryEntries });
  return {
    store,
    indexes: createIndexes({ ttlMs: limits.ttlMs }),
    locks: createMemoryLocks({ longestCallMs: limits.longestCallMs }),
    countEntries: store.size,
    certificateExpiries: () => new Map(),
    checkFiles: () => undefined,
    resources: [store],
  };
}

/**
 * Milliseconds after which a write has reached Collate or never will: a call waits no longer than its own limit and the
 * request's deadline.
 */
export function longestCallOf({ collate, listen }: Config): number {
  return Math.min(collate.writeTimeoutMs, listen.requestDeadlineMs);
}

function connect({ options }: RedisAccess, metrics: Metrics): RedisConnection {
  return createRedisConnection({
    ...options,
    commandTimeoutMs: redisTimeoutMs,
    observer: {
      onAvailability: ({ isAvailable }) => (isAvailable ? metrics.redisUp() : metrics.redisDown()),
      onError: () => metrics.redisError(),
      onReconnect: () => metrics.redisReconnecting(),
      onCommand: metrics.redisCommand,
    },
  });
}
