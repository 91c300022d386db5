import { LRUCache } from 'lru-cache';
import type { Lookup, Snapshot, Store } from './store.ts';

/** Receives events of caches. */
export interface CacheObserver {
  onRead?(event: { readonly cache: string; readonly result: 'hit' | 'miss' }): void;
  /** Values were invalidated. */
  onInvalidate?(event: { readonly cache: string }): void;
}

export interface ReadThroughOptions {
  readonly store: Store;
  /** The prefix of the keys, and the name of the cache in events. */
  readonly name: string;
  /** Lifetime of a value, in milliseconds. */
  readonly ttlMs: number;
  /** Lifetime of a known absence, in milliseconds. */
  readonly negativeTtlMs: number;
  readonly observer?: CacheObserver;
}

/**
 * Loads values that the store lacks; undefined is a known absence.
 *
 * Values must survive JSON. Callers must not change a value, because later reads may return the same object.
 */
export interface ReadThrough<T> {
  read(key: string, tags: readonly string[], load: () => Promise<T | undefined>): Promise<T | undefined>;
  /** Reads several values. Those that the store lacks are loaded together, by their positions in `lookups`. */
  readMany(
    lookups: readonly Lookup[],
    loadMissing: (positions: readonly number[]) => Promise<readonly (T | undefined)[]>,
  ): Promise<readonly (T | undefined)[]>;
  invalidate(tags: readonly string[]): Promise<void>;
}

/** A read in progress, which further reads of its key join. */
interface Flight<T> {
  readonly load: Promise<T | undefined>;
  readonly tags: readonly string[];
}

/**
 * A cache over a store. It loads a key once at a time in this process, and never joins a load older than an
 * invalidation.
 */
export function createReadThrough<T>(options: ReadThroughOptions): ReadThrough<T> {
  return new StoreReadThrough<T>(options);
}

class StoreReadThrough<T> implements ReadThrough<T> {
  readonly #options: ReadThroughOptions;
  readonly #flights = new Map<string, Flight<T>>();
  /** The parsed form of stored texts that were read lately. */
  readonly #decoded = new LRUCache<string, { readonly value: T | undefined }>({ max: 1000 });

  constructor(options: ReadThroughOptions) {
    this.#options = options;
  }

  async read(key: string, tags: readonly string[], load: () => Promise<T | undefined>): Promise<T | undefined> {
    const flight = this.#flights.get(key);
    if (flight !== undefined) return flight.load;
    const own = { load: this.#readOrLoad(key, tags, load), tags };
    this.#flights.set(key, own);
    try {
      return await own.load;
    } finally {
      if (this.#flights.get(key) === own) this.#flights.delete(key);
    }
  }

  async readMany(
    lookups: readonly Lookup[],
    loadMissing: (positions: readonly number[]) => Promise<readonly (T | undefined)[]>,
  ): Promise<readonly (T | undefined)[]> {
    const stored = await this.#options.store.getMany(lookups.map(({ key, tags }) => ({ key: this.#key(key), tags })));
    const missing = stored.flatMap((value, position) => (value === undefined ? [position] : []));
    for (const value of stored) this.#report(value === undefined ? 'miss' : 'hit');
    if (missing.length === 0) return stored.map((value) => this.#decode(value));
    const tags = [...new Set(missing.flatMap((position) => lookups[position]?.tags ?? []))];
    const snapshot = await this.#options.store.snapshot(tags);
    const loaded = await loadMissing(missing);
    const values: (T | undefined)[] = stored.map((value) => this.#decode(value));
    await Promise.all(
      missing.map(async (position, index) => {
        values[position] = loaded[index];
        const lookup = lookups[position];
        if (lookup !== undefined && snapshot !== undefined) await this.#save(lookup.key, loaded[index], snapshot);
      }),
    );
    return values;
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    this.#options.observer?.onInvalidate?.({ cache: this.#options.name });
    // A later read must not join a load that began before the store has invalidated the tags. Flights that begin in the
    // meantime are dropped afterwards.
    this.#dropFlights(tags);
    await this.#options.store.invalidate(tags);
    this.#dropFlights(tags);
  }

  #dropFlights(tags: readonly string[]): void {
    const dropped = new Set(tags);
    for (const [key, flight] of this.#flights)
      if (flight.tags.some((tag) => dropped.has(tag))) this.#flights.delete(key);
  }

  async #readOrLoad(key: string, tags: readonly string[], load: () => Promise<T | undefined>): Promise<T | undefined> {
    const { store } = this.#options;
    const stored = await store.get(this.#key(key), tags);
    this.#report(stored === undefined ? 'miss' : 'hit');
    if (stored !== undefined) return this.#decode(stored);
    const snapshot = await store.snapshot(tags);
    const value = await load();
    if (snapshot !== undefined) await this.#save(key, value, snapshot);
    return value;
  }

  async #save(key: string, value: T | undefined, snapshot: Snapshot): Promise<void> {
    const { store, ttlMs, negativeTtlMs } = this.#options;
    await store.set(this.#key(key), JSON.stringify(value ?? null), {
      ttlMs: value === undefined ? negativeTtlMs : ttlMs,
      snapshot,
    });
  }

  #decode(stored: string | undefined): T | undefined {
    if (stored === undefined) return undefined;
    const known = this.#decoded.get(stored);
    if (known !== undefined) return known.value;
    const value: T | undefined = JSON.parse(stored) ?? undefined;
    this.#decoded.set(stored, { value });
    return value;
  }

  #key(key: string): string {
    return `${this.#options.name}:${key}`;
  }

  #report(result: 'hit' | 'miss'): void {
    this.#options.observer?.onRead?.({ cache: this.#options.name, result });
  }
}
