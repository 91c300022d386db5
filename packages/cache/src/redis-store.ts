import { randomUUID } from 'node:crypto';
import type { RedisConnection } from './redis-connection.ts';
import { decodeEntry, encodeEntry, type Lookup, type Snapshot, type Store } from './store.ts';

/** Tags outlive whatever is stored under them. */
const tagTtlMs = 24 * 60 * 60_000;

/** The tag that every entry carries; renewed when invalidations may have been lost. */
const epoch = 'epoch';

/**
 * A store that replicas share, over a connection that others may share too. While Redis is away everything is a miss; invalidations
 * that it did not hear of are made good before anything from it is believed again.
 */
export function createRedisStore(connection: RedisConnection): Store {
  return new RedisStore(connection);
}

class RedisStore implements Store {
  readonly #connection: RedisConnection;
  /** Whether an invalidation was lost, so that nothing in Redis may be believed. */
  #distrusts = false;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
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
    const found = await this.#attempt(() => this.#run(() => this.#connection.getMany(keys)));
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
      const found = await this.#run(() => this.#connection.getMany(all.map((tag) => this.#tagKey(tag))));
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
      this.#run(() => this.#redis.set(this.#entryKey(key), encodeEntry(value, options.snapshot), 'PX', options.ttlMs)),
    );
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const done = await this.#attempt(async () => {
      // A tag that is not renewed may serve what was changed: whoever comes next is told by the epoch instead.
      await Promise.all(tags.map((tag) => this.#renew(tag)));
      return true;
    });
    if (done === undefined) this.#distrusts = true;
  }

  /** The connection is its owner's to close. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** The result, or undefined when Redis cannot be asked, or not be believed yet. */
  async #attempt<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!this.#connection.isReady()) return undefined;
    try {
      if (this.#distrusts) await this.#renewEpoch();
      return await command();
    } catch {
      // A store that cannot answer is a miss; the observer counts it.
      this.#connection.observer.onError?.();
      return undefined;
    }
  }

  async #renewEpoch(): Promise<void> {
    await this.#renew(epoch);
    this.#distrusts = false;
  }

  /** The version of a tag that has none; of two who create it at once, one wins. */
  async #create(tag: string): Promise<string> {
    const version = randomUUID();
    const created = await this.#run(() => this.#redis.set(this.#tagKey(tag), version, 'PX', tagTtlMs, 'NX'));
    return created === null ? ((await this.#run(() => this.#redis.get(this.#tagKey(tag)))) ?? version) : version;
  }

  async #renew(tag: string): Promise<void> {
    await this.#run(() => this.#redis.set(this.#tagKey(tag), randomUUID(), 'PX', tagTtlMs));
  }

  #run<T>(send: () => Promise<T>): Promise<T> {
    return this.#connection.run('cache', send);
  }

  get #redis() {
    return this.#connection.redis;
  }

  #entryKey(key: string): string {
    return this.#connection.key(`entry:${key}`);
  }

  #tagKey(tag: string): string {
    return this.#connection.key(`tag:${tag}`);
  }
}
