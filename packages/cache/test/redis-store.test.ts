import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnection, createRedisStore, type RedisConnection, type Store } from '../src/index.ts';
import { redisServer, startRedis, type TestRedis } from '../src/testing/redis-server.ts';
import { describeStore } from '../src/testing/store-contract.ts';

const required = process.env['CI'] === 'true';

describe.skipIf(redisServer === undefined && !required)('with a real Redis', () => {
  let redis: TestRedis;
  const connections: RedisConnection[] = [];
  let tests = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  const open = async (keyPrefix: string, server: TestRedis = redis): Promise<Store> => {
    const connection = createRedisConnection({
      shape: { kind: 'standalone', url: server.url },
      keyPrefix,
      commandTimeoutMs: 500,
    });
    connections.push(connection);
    await expect.poll(() => connection.isReady()).toBe(true);
    return createRedisStore(connection);
  };
  const close = async () => {
    tests += 1;
    for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]();
  };

  describeStore('the Redis store', { create: () => open(`test-${tests}`), reset: close });

  const put = async (store: Store, key: string, tag: string) => {
    const snapshot = await store.snapshot([tag]);
    if (snapshot === undefined) throw new Error('the store does not answer');
    await store.set(key, 'value', { ttlMs: 60_000, snapshot });
  };

  it('shares values and invalidations between replicas', async () => {
    const [one, two] = [await open('shared'), await open('shared')];
    await put(one, 'key', 'a');
    expect(await two.get('key', ['a'])).toBe('value');
    await two.invalidate(['a']);
    expect(await one.get('key', ['a'])).toBeUndefined();
    await close();
  });

  it('misses without failing while Redis is down, and serves no older value after a lost invalidation', async () => {
    await using own = await startRedis();
    const [one, two] = [await open('outage', own), await open('outage', own)];
    await put(one, 'key', 'a');
    await own.signal('SIGSTOP');
    expect(await one.get('key', ['a'])).toBeUndefined();
    await one.invalidate(['a']);
    await own.signal('SIGCONT');
    // With its next command, the replica that lost the invalidation makes up for it: the old value is valid nowhere.
    await expect.poll(() => one.snapshot(['b'])).toBeDefined();
    expect(await one.get('key', ['a'])).toBeUndefined();
    expect(await two.get('key', ['a'])).toBeUndefined();
    await close();
  });

  it('serves again after Redis was killed and returned empty', async () => {
    await using own = await startRedis();
    const store = await open('killed', own);
    await put(store, 'key', 'a');
    await own.signal('SIGKILL');
    expect(await store.get('key', ['a'])).toBeUndefined();
    expect(await store.snapshot(['a'])).toBeUndefined();
    await own.restart();
    await expect.poll(() => store.snapshot(['a']), { timeout: 10_000 }).toBeDefined();
    await put(store, 'key', 'a');
    expect(await store.get('key', ['a'])).toBe('value');
    await close();
  });
});
