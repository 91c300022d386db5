export { inBatches } from './in-batches.ts';
export { createIndexes, type Indexes, type IndexesOptions } from './indexes.ts';
export { LeaseError, type LeaseObserver, type LeaseTrouble, leaseTroubles } from './lease-trouble.ts';
export type { Live } from './live-options.ts';
export type { Lock, Locks } from './locks.ts';
export { createMemoryLocks } from './memory-locks.ts';
export { createMemoryStore, type MemoryStore } from './memory-store.ts';
export { type StoreOperation, storeOperations, withStoreObservation } from './observed-store.ts';
export { type CacheObserver, createReadThrough, type ReadThrough, type ReadThroughOptions } from './read-through.ts';
export {
  createRedisConnection,
  type HostAndPort,
  type RedisConnection,
  type RedisConnectionOptions,
  type RedisObserver,
  type RedisRole,
  type RedisShape,
  redisRoles,
} from './redis-connection.ts';
export { createRedisLocks, type RedisLocksOptions } from './redis-locks.ts';
export { type RedisMemory, readRedisMemory } from './redis-memory.ts';
export { createRedisStore } from './redis-store.ts';
export type { IndexEntry, IndexQuery, IndexScan, SharedIndex } from './shared-index.ts';
export type { Lookup, Snapshot, Store } from './store.ts';
