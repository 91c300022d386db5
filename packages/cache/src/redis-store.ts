import { randomUUID } from 'node:crypto';
import { inBatches } from './in-batches.ts';
import type { RedisConnection } from './redis-connection.ts';
import { createScriptRunner, defineScript, historyFunction, type RunScript } from './redis-script.ts';
import { decodeEntry, encodeEntry, type Lookup, type Snapshot, type Store } from './store.ts';

/** Longer than the lifetime of any value: tags outlive the values under them. */
const tagTtlMs = 24 * 60 * 60_000;

/** The tag of every entry. Its version is the history of the data, which Redis names with every answer. */
const historyTag = '@history';

/** Look-ups per command: a script blocks Redis while it runs. */
const batchSize = 500;

/** Answers the history of the data, then the values of the keys. */
const readScript = defineScript(`${historyFunction}
return {history() or false, redis.call('MGET', unpack(KEYS))}`);

/** The history of the data and the values of keys, as of one moment. */
interface Reading {
  readonly history: string | null;
  readonly values: readonly (string | null)[];
}

/**
 * A store in Redis, shared by replicas. Without an answer of Redis every read is a miss. A lost invalidation is made up
 * for before any entry is read again. Redis may lose any key at any time: each loss is a miss.
 */
export function createRedisStore(connection: RedisConnection): Store {
  return new RedisStore(connection);
}

class RedisStore implements Store {
  readonly #connection: RedisConnection;
  readonly #runScript: RunScript;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
    this.#runScript = createScriptRunner(connection, 'cache');
  }

  async get(key: string, tags: readonly string[]): Promise<string | undefined> {
    const [value] = await this.getMany([{ key, tags }]);
    return value;
  }

  async getMany(lookups: readonly Lookup[]): Promise<readonly (string | undefined)[]> {
    const found = await this.#attempt(() =>
      Promise.all(inBatches(lookups, batchSize).map((batch) => this.#getBatch(batch))),
    );
    return found?.flat() ?? lookups.map(() => undefined);
  }

  async #getBatch(lookups: readonly Lookup[]): Promise<readonly (string | undefined)[]> {
    const { history, values } = await this.#read(
      lookups.flatMap(({ key, tags }) => [this.#entryKey(key), ...tags.map((tag) => this.#tagKey(tag))]),
    );
    let offset = 0;
    return lookups.map(({ tags }) => {
      const [entry, ...versions] = values.slice(offset, offset + tags.length + 1);
      offset += tags.length + 1;
      return decodeEntry(entry, [historyTag, ...tags], [history, ...versions]);
    });
  }

  async snapshot(tags: readonly string[]): Promise<Snapshot | undefined> {
    return this.#attempt(async () => {
      const { history, values } = await this.#read([historyTag, ...tags].map((tag) => this.#tagKey(tag)));
      if (history === null) return undefined;
      const versions = tags.map(async (tag, index) => [tag, values[index + 1] ?? (await this.#create(tag))] as const);
      return { [historyTag]: history, ...Object.fromEntries(await Promise.all(versions)) };
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
    // A missing version is a miss, also for a load that began before. The next load creates another one.
    const keys = tags.map((tag) => this.#tagKey(tag));
    const drop = () => this.#run(() => this.#redis.unlink(...keys));
    if ((await this.#attempt(drop)) === undefined) this.#connection.arrears.add(keys.join(' '), drop);
  }

  /** Does nothing: the connection belongs to its creator. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** The result; undefined when Redis does not answer. */
  async #attempt<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!this.#connection.isReady()) return undefined;
    try {
      return (await this.#connection.arrears.settle()) ? await command() : undefined;
    } catch {
      // A store that cannot answer is a miss; the observer counts it.
      this.#connection.observer.onError?.();
      return undefined;
    }
  }

  async #read(keys: readonly string[]): Promise<Reading> {
    const [history, values] = await this.#runScript<readonly [string | null, readonly (string | null)[]]>(
      readScript,
      keys,
    );
    return { history, values };
  }

  /** Creates the version of a tag. Of two concurrent calls, one wins. */
  async #create(tag: string): Promise<string> {
    const version = randomUUID();
    const created = await this.#run(() => this.#redis.set(this.#tagKey(tag), version, 'PX', tagTtlMs, 'NX'));
    return created === null ? ((await this.#run(() => this.#redis.get(this.#tagKey(tag)))) ?? version) : version;
  }

  #run<T>(send: () => Promise<T>): Promise<T> {
    return this.#connection.run('cache', send);
  }

  get #redis() {
    return this.#connection.redis;
  }

  #entryKey(key: string): string {
    return this.#connection.key(`{cache}:entry:${key}`);
  }

  /** The hash tag keeps all keys in one slot: in a cluster, too, entries and tags are of one server and one moment. */
  #tagKey(tag: string): string {
    return this.#connection.key(`{cache}:tag:${tag}`);
  }
}
