import {
  createIndexes,
  createKeyedQueue,
  createLeasedQueue,
  createMemoryStore,
  createRedisConnection,
  createRedisStore,
  type Indexes,
  type KeyedQueue,
  type RedisConnection,
  type Store,
  withStoreObservation,
} from '@scim-gateway/cache';
import type { Config } from '../config/config.ts';
import type { FileKind } from '../observability/catalogue/process.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { FileObserver } from '../secrets/secret.ts';
import { openRedisAccess, type RedisAccess } from './redis-access.ts';

/** What replicas share by Redis; without it, what one replica has for itself. */
export interface Sharing {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly queue: KeyedQueue;
  /** How many look-ups are kept in memory; undefined where they are in Redis. */
  entries(): number | undefined;
  /** When the certificates expire that Redis is spoken to with, in milliseconds since the epoch. */
  certificateExpiries(): ReadonlyMap<string, number>;
  /** Looks whether the files with what Redis asks for are still good. */
  lookAtFiles(): void;
  /** To be disposed of in this order: what is held is given back over the connection. */
  readonly resources: readonly AsyncDisposable[];
}

/** How many look-ups the cache in memory keeps. */
const memoryEntries = 100_000;
const redisTimeoutMs = 250;

/** Connects to Redis, if the configuration names one; what needs it waits for it by itself. */
export function composeSharing(config: Config, metrics: Metrics, files: (kind: FileKind) => FileObserver): Sharing {
  const longestCallMs = longestCallOf(config);
  const access = openRedisAccess(config.redis, {
    credentials: files('redis-credentials'),
    certificates: files('redis-certificates'),
  });
  const connection = access === undefined ? undefined : connect(access, metrics);
  const ofFiles = { certificateExpiries: access?.expiries ?? (() => new Map()), lookAtFiles: () => access?.look() };
  const indexes = createIndexes({ ttlMs: config.provisioning.cacheTtlMs, redis: connection });
  if (connection === undefined) {
    const store = createMemoryStore({ maxEntries: memoryEntries });
    const queue = createKeyedQueue({ longestCallMs });
    return { store, indexes, queue, entries: store.size, ...ofFiles, resources: [store] };
  }
  const store = withStoreObservation(createRedisStore(connection), metrics.storeOperation);
  const queue = createLeasedQueue({ connection, longestCallMs, observer: metrics.leases });
  const resources = [queue, store, connection];
  return { store, indexes, queue, entries: () => undefined, ...ofFiles, resources };
}

/** Milliseconds after which a write is over or never will be: nothing waits for a call longer than its own limit and the request's. */
export function longestCallOf({ collate, listen }: Config): number {
  return Math.min(collate.writeTimeoutMs, listen.requestDeadlineMs);
}

function connect({ options }: RedisAccess, metrics: Metrics): RedisConnection {
  return createRedisConnection({
    ...options,
    commandTimeoutMs: redisTimeoutMs,
    observer: {
      onAvailability: (available) => metrics.redisAvailable(available),
      onError: () => metrics.redisError(),
      onReconnect: () => metrics.redisReconnecting(),
      onCommand: ({ role, answered, durationMs }) => metrics.redisCommand(role, answered, durationMs),
    },
  });
}
