import { createFallbackIndex } from './fallback-index.ts';
import { createMemoryIndexBackend } from './memory-index.ts';
import type { RedisConnection } from './redis-connection.ts';
import { createRedisIndexBackend } from './redis-index.ts';
import { createSharedIndex, type SharedIndex } from './shared-index.ts';

/** A Redis that evicts an index as fast as it is built counts as unreachable after this many scans of one read. */
const mostScans = 2;

/** The indexes of one gateway, by name. */
export interface Indexes {
  open(name: string): SharedIndex;
}

export interface IndexesOptions {
  /** How old the scan behind an index may be, in milliseconds. */
  readonly ttlMs: number;
  /** Where replicas share the indexes; without it they are in this process. */
  readonly redis?: RedisConnection | undefined;
}

/** Creates indexes. An index is scanned when it is first read. */
export function createIndexes({ ttlMs, redis }: IndexesOptions): Indexes {
  const clock = () => performance.now();
  const known = new Map<string, SharedIndex>();
  const create = (name: string): SharedIndex => {
    const local = createSharedIndex({ backend: createMemoryIndexBackend(clock), ttlMs, clock });
    if (redis === undefined) return local;
    const backend = createRedisIndexBackend(redis, name);
    const shared = createSharedIndex({ backend, ttlMs, clock, mostScans });
    return createFallbackIndex({ name, shared, local, arrears: redis.arrears, clock });
  };
  return {
    open: (name) => {
      const index = known.get(name) ?? create(name);
      known.set(name, index);
      return index;
    },
  };
}
