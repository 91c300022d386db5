import { afterAll, describe, expect, it } from 'vitest';
import { createIndexes, createRedisConnection, type RedisConnection } from '../src/index.ts';
import { createMemoryIndexBackend } from '../src/memory-index.ts';
import { createRedisIndexBackend } from '../src/redis-index.ts';
import { describeIndex } from '../src/testing/index-contract.ts';
import { redisServer, startRedis } from '../src/testing/redis-server.ts';

const clock = () => performance.now();

describeIndex('an index in memory', async () => {
  const backend = createMemoryIndexBackend(clock);
  return [backend, backend];
});

it('an index in memory scans again however often it expires during the scans of one read', async () => {
  const index = createIndexes({ ttlMs: 60_000 }).open('people');
  let scans = 0;
  const scan = async (file: (found: readonly { key: string; value: string }[]) => Promise<void>) => {
    scans += 1;
    if (scans <= 5) await index.expire();
    await file([{ key: 'a', value: '1' }]);
  };
  expect(await index.find(['a'], { scan })).toEqual([['1']]);
  expect(scans).toBe(6);
});

describe.skipIf(redisServer === undefined)('in Redis', async () => {
  const server = redisServer === undefined ? undefined : await startRedis();
  const connections: RedisConnection[] = [];
  afterAll(async () => {
    for (const connection of connections) await connection[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  const connect = async (url: string) => {
    const connection = createRedisConnection({
      shape: { kind: 'standalone', url },
      keyPrefix: 'test',
      commandTimeoutMs: 2000,
    });
    connections.push(connection);
    await expect.poll(() => connection.isReady()).toBe(true);
    return connection;
  };
  let made = 0;
  describeIndex('an index in Redis', async () => {
    made += 1;
    const [one, two] = [await connect(server?.url ?? ''), await connect(server?.url ?? '')];
    return [createRedisIndexBackend(one, `index-${made}`), createRedisIndexBackend(two, `index-${made}`)];
  });

  it('is replaced while Redis is down by one in this process, which scans for each read, and then finds all entries', async () => {
    await using own = await startRedis();
    const connection = await connect(own.url);
    const index = createIndexes({ ttlMs: 60_000, redis: connection }).open('people');
    const source = new Map([['a', '1']]);
    let scans = 0;
    const scan = (file: (found: readonly { key: string; value: string }[]) => Promise<void>) => {
      scans += 1;
      return file([...source].map(([key, value]) => ({ key, value })));
    };
    expect(await index.find(['a'], { scan })).toEqual([['1']]);
    await own.signal('SIGKILL');
    expect(await index.find(['a', 'b'], { scan })).toEqual([['1'], []]);
    source.set('b', '2');
    await index.file([{ key: 'b', value: '2' }]);
    expect(await index.find(['b'], { scan })).toEqual([['2']]);
    expect(await index.peek(['b'], { scan })).toBeUndefined();
    expect(scans).toBe(3);
    await own.restart();
    await expect.poll(() => connection.isReady()).toBe(true);
    expect(await index.find(['a', 'b'], { scan })).toEqual([['1'], ['2']]);
    expect(scans).toBe(4);
  });
});
