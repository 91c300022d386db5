import { randomUUID } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { decodeEntry, encodeEntry, type Lookup, type Snapshot, type Store } from './store.ts';

/** Who wants to know how Redis is doing. */
export interface RedisObserver {
  onAvailability?(available: boolean): void;
  /** A command that failed or took too long. */
  onError?(): void;
}

export interface RedisStoreOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** Stands before every key, so that several gateways can share one Redis. */
  readonly keyPrefix: string;
  /** After this long a command counts as failed. */
  readonly commandTimeoutMs: number;
  readonly observer?: RedisObserver;
  readonly tls?: RedisOptions['tls'];
}

/** Tags outlive whatever is stored under them. */
const tagTtlMs = 24 * 60 * 60_000;

/** The tag that every entry carries; renewed when invalidations may have been lost. */
const epoch = 'epoch';

/**
 * A store that replicas share. While Redis is away everything is a miss; invalidations that it did not hear of are made good before
 * anything from it is believed again.
 */
export function createRedisStore(options: RedisStoreOptions): Store {
  return new RedisStore(options);
}

class RedisStore implements Store {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #observer: RedisObserver;
  /** Whether an invalidation was lost, so that nothing in Redis may be believed. */
  #distrusts = false;

  constructor(options: RedisStoreOptions) {
    this.#prefix = `${options.keyPrefix}:`;
    this.#observer = options.observer ?? {};
    this.#redis = new Redis(options.url, {
      commandTimeout: options.commandTimeoutMs,
      connectTimeout: 2000,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
    this.#redis.on('ready', () => this.#observer.onAvailability?.(true));
    this.#redis.on('close', () => this.#observer.onAvailability?.(false));
    // ioredis reports each failed attempt to connect here; availability is told by ready and close.
    this.#redis.on('error', () => this.#observer.onError?.());
  }

  async get(key: string, tags: readonly string[]): Promise<string | undefined> {
    const [value] = await this.getMany([{ key, tags }]);
    return value;
  }

  async getMany(lookups: readonly Lookup[]): Promise<readonly (string | undefined)[]> {
    const keys = lookups.flatMap(({ key, tags }) => [
      this.#entryKey(key),
      this.#tagKey(epoch),
      ...tags.map((tag) => this.#tagKey(tag)),
    ]);
    const found = keys.length === 0 ? [] : await this.#attempt(() => this.#redis.mget(keys));
    if (found === undefined) return lookups.map(() => undefined);
    let offset = 0;
    return lookups.map(({ tags }) => {
      const [entry, ...versions] = found.slice(offset, offset + tags.length + 2);
      offset += tags.length + 2;
      return decodeEntry(entry, [epoch, ...tags], versions);
    });
  }

  async snapshot(tags: readonly string[]): Promise<Snapshot | undefined> {
    const all = [epoch, ...tags];
    const versions = await this.#attempt(async () => {
      const found = await this.#redis.mget(all.map((tag) => this.#tagKey(tag)));
      return Promise.all(found.map((version, index) => version ?? this.#create(all[index] ?? epoch)));
    });
    return versions === undefined
      ? undefined
      : Object.fromEntries(all.map((tag, index) => [tag, versions[index] ?? '']));
  }

  async set(
    key: string,
    value: string,
    options: { readonly ttlMs: number; readonly snapshot: Snapshot },
  ): Promise<void> {
    await this.#attempt(() =>
      this.#redis.set(this.#entryKey(key), encodeEntry(value, options.snapshot), 'PX', options.ttlMs),
    );
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const done = await this.#attempt(async () => {
      const pipeline = this.#redis.pipeline();
      for (const tag of tags) pipeline.set(this.#tagKey(tag), randomUUID(), 'PX', tagTtlMs);
      const results = await pipeline.exec();
      if (results === null || results.some(([error]) => error !== null))
        throw new Error('an invalidation was not stored');
      return true;
    });
    if (done === undefined) this.#distrusts = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect();
  }

  /** The result, or undefined when Redis cannot be asked, or not be believed yet. */
  async #attempt<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (this.#redis.status !== 'ready') return undefined;
    try {
      if (this.#distrusts) await this.#renewEpoch();
      return await command();
    } catch {
      // A store that cannot answer is a miss; the observer counts it.
      this.#observer.onError?.();
      return undefined;
    }
  }

  async #renewEpoch(): Promise<void> {
    await this.#redis.set(this.#tagKey(epoch), randomUUID(), 'PX', tagTtlMs);
    this.#distrusts = false;
  }

  /** The version of a tag that has none; of two who create it at once, one wins. */
  async #create(tag: string): Promise<string> {
    const version = randomUUID();
    const created = await this.#redis.set(this.#tagKey(tag), version, 'PX', tagTtlMs, 'NX');
    return created === null ? ((await this.#redis.get(this.#tagKey(tag))) ?? version) : version;
  }

  #entryKey(key: string): string {
    return `${this.#prefix}entry:${key}`;
  }

  #tagKey(tag: string): string {
    return `${this.#prefix}tag:${tag}`;
  }
}
