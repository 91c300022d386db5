import { randomUUID } from 'node:crypto';
import type { RedisConnection } from './redis-connection.ts';
import { decodeEntry, encodeEntry, type Lookup, type Snapshot, type Store } from './store.ts';

/** Longer than the lifetime of any value: tags outlive the values under them. */
const tagTtlMs = 24 * 60 * 60_000;

/** The tag of every entry. It is renewed when an invalidation was lost. */
const epoch = 'epoch';

/**
 * A store in Redis, shared by replicas. Without an answer of Redis every read is a miss. After a lost invalidation, all
 * entries are invalidated before any is read again.
 */
export function createRedisStore(connection: RedisConnection): Store {
  return new RedisStore(connection);
}

class RedisStore implements Store {
  readonly #connection: RedisConnection;
  /** Whether an invalidation was lost, so that no entry in Redis is valid. */
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
    return this.#attempt(async () => {
      const found = await this.#run(() => this.#connection.getMany(all.map((tag) => this.#tagKey(tag))));
      const versions = all.map(async (tag, index) => [tag, found[index] ?? (await this.#create(tag))] as const);
      return Object.fromEntries(await Promise.all(versions));
    });
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
      // A tag that was not renewed would serve a stale value. If one fails, the next command renews the epoch instead.
      await Promise.all(tags.map((tag) => this.#renew(tag)));
      return true;
    });
    if (done === undefined) this.#distrusts = true;
  }

  /** Does nothing: the connection belongs to its creator. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /**
   * The result; undefined when Redis does not answer, or when the epoch could not be renewed after a lost invalidation.
   */
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

  /** Creates the version of a tag. Of two concurrent calls, one wins. */
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
