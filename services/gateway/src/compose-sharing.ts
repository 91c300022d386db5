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
} from '@scim-gateway/cache';
import type { Config } from './config/config.ts';
import { toConnectionOptions } from './config/redis-connection-options.ts';
import type { FileObserver } from './config/secret.ts';
import type { Metrics } from './observability/metrics.ts';

/** What replicas share by Redis; without it, what one replica has for itself. */
export interface Sharing {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly queue: KeyedQueue;
  /** To be disposed of in this order: what is held is given back over the connection. */
  readonly resources: readonly AsyncDisposable[];
}

/** How many look-ups the cache in memory keeps. */
const memoryEntries = 100_000;
const redisTimeoutMs = 250;

/** Connects to Redis, if the configuration names one; what needs it waits for it by itself. */
export function composeSharing(config: Config, metrics: Metrics, files: FileObserver): Sharing {
  const longestCallMs = longestCallOf(config);
  const connection = connect(config, metrics, files);
  const indexes = createIndexes({ ttlMs: config.provisioning.cacheTtlMs, redis: connection });
  if (connection === undefined) {
    const store = createMemoryStore({ maxEntries: memoryEntries });
    return { store, indexes, queue: createKeyedQueue({ longestCallMs }), resources: [store] };
  }
  const store = createRedisStore(connection);
  const queue = createLeasedQueue({ connection, longestCallMs, observer: metrics.leases });
  return { store, indexes, queue, resources: [queue, store, connection] };
}

/** Milliseconds after which a write is over or never will be: nothing waits for a call longer than its own limit and the request's. */
export function longestCallOf({ collate, listen }: Config): number {
  return Math.min(collate.writeTimeoutMs, listen.requestDeadlineMs);
}

function connect({ redis }: Config, metrics: Metrics, files: FileObserver): RedisConnection | undefined {
  const options = toConnectionOptions(redis, files);
  if (options === undefined) return undefined;
  return createRedisConnection({
    ...options,
    commandTimeoutMs: redisTimeoutMs,
    observer: {
      onAvailability: (available) => metrics.redisAvailable(available),
      onError: () => metrics.redisError(),
    },
  });
}
