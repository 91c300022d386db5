import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { createFallbackIndex } from '../src/fallback-index.ts';
import { createMemoryIndexBackend } from '../src/memory-index.ts';
import { createRedisIndexBackend } from '../src/redis-index.ts';
import { createSharedIndex } from '../src/shared-index.ts';
import { describeIndex } from '../src/testing/index-contract.ts';
import { redisServer, startRedis } from '../src/testing/redis-server.ts';

const clock = () => performance.now();

describeIndex('an index in memory', async () => {
  const backend = createMemoryIndexBackend(clock);
  return [backend, backend];
});

describe.skipIf(redisServer === undefined)('in Redis', async () => {
  const server = redisServer === undefined ? undefined : await startRedis();
  const connections: Redis[] = [];
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await server?.[Symbol.asyncDispose]();
  });
  const connect = () => {
    const redis = new Redis(server?.url ?? '', { enableOfflineQueue: true, retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    connections.push(redis);
    return redis;
  };
  let made = 0;
  describeIndex('an index in Redis', async () => {
    made += 1;
    const options = { name: `index-${made}`, keyPrefix: 'test' };
    return [createRedisIndexBackend(connect(), options), createRedisIndexBackend(connect(), options)];
  });

  it('is replaced by one in this process while Redis is away, and has all that was filed meanwhile when it is back', async () => {
    await using own = await startRedis();
    const redis = new Redis(own.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    await new Promise((resolve) => redis.once('ready', resolve));
    const shared = createSharedIndex({
      backend: createRedisIndexBackend(redis, { name: 'people', keyPrefix: 'test' }),
      ttlMs: 60_000,
      clock,
    });
    const local = createSharedIndex({ backend: createMemoryIndexBackend(clock), ttlMs: 60_000, clock });
    const index = createFallbackIndex(shared, local);
    const source = new Map([['a', '1']]);
    const scan = (file: (found: readonly { key: string; value: string }[]) => Promise<void>) =>
      file([...source].map(([key, value]) => ({ key, value })));
    expect(await index.find(['a'], { scan })).toEqual([['1']]);
    await own.signal('SIGKILL');
    expect(await index.find(['a', 'b'], { scan })).toEqual([['1'], []]);
    source.set('b', '2');
    await index.file([{ key: 'b', value: '2' }]);
    expect(await index.find(['b'], { scan })).toEqual([['2']]);
    await own.restart();
    await expect.poll(() => redis.status).toBe('ready');
    expect(await index.find(['a', 'b'], { scan })).toEqual([['1'], ['2']]);
    expect(await shared.find(['b'], { scan: () => Promise.reject(new Error('scanned already')) })).toEqual([['2']]);
    redis.disconnect();
  });
});
