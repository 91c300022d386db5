import { LRUCache } from 'lru-cache';
import type { Lookup, Snapshot, Store } from './store.ts';

interface Entry {
  readonly value: string;
  readonly snapshot: Snapshot;
}

/** A store that knows its size. */
export interface MemoryStore extends Store {
  /** The number of values, invalidated ones included. */
  size(): number;
}

/** A store in this process: right for one replica, bounded by the number of entries. */
export function createMemoryStore(options: {
  readonly maxEntries: number;
  readonly clock?: () => number;
}): MemoryStore {
  const clock = options.clock ?? Date.now;
  const entries = new LRUCache<string, Entry>({ max: options.maxEntries, perf: { now: clock }, ttlResolution: 0 });
  // An evicted tag gets a version that was never used, so that no earlier value under it becomes valid again.
  const versions = new LRUCache<string, string>({ max: options.maxEntries * 2 });
  let issued = 0;
  const renew = (tag: string): string => {
    issued += 1;
    const version = String(issued);
    versions.set(tag, version);
    return version;
  };
  const find = ({ key, tags }: Lookup): string | undefined => {
    const entry = entries.get(key);
    return entry !== undefined &&
      tags.every((tag) => entry.snapshot[tag] !== undefined && entry.snapshot[tag] === versions.get(tag))
      ? entry.value
      : undefined;
  };
  return {
    get: async (key, tags) => find({ key, tags }),
    getMany: async (lookups) => lookups.map(find),
    snapshot: async (tags) => Object.fromEntries(tags.map((tag) => [tag, versions.get(tag) ?? renew(tag)])),
    set: async (key, value, { ttlMs, snapshot }) => {
      entries.set(key, { value, snapshot }, { ttl: ttlMs });
    },
    invalidate: async (tags) => {
      for (const tag of tags) renew(tag);
    },
    size: () => entries.size,
    [Symbol.asyncDispose]: async () => entries.clear(),
  };
}
