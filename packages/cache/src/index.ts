export { createIndexes, type Indexes, type IndexesOptions } from './indexes.ts';
export { createKeyedQueue, type Hold, type KeyedQueue } from './keyed-queue.ts';
export { createMemoryStore } from './memory-store.ts';
export { type CacheObserver, createReadThrough, type ReadThrough, type ReadThroughOptions } from './read-through.ts';
export { createRedisStore, type RedisObserver, type RedisStoreOptions } from './redis-store.ts';
export type { IndexEntry, IndexQuery, IndexScan, SharedIndex } from './shared-index.ts';
export type { Lookup, Snapshot, Store } from './store.ts';
