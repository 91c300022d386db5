import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createRedisConnection,
  createRedisStore,
  type RedisConnection,
  type RedisConnectionOptions,
} from '../src/index.ts';
import { createRedisIndexBackend } from '../src/redis-index.ts';
import { describeIndex } from '../src/testing/index-contract.ts';
import { openReplica } from '../src/testing/leases-contract.ts';
import { redisServer, startRedis, type TestRedis } from '../src/testing/redis-server.ts';
import { makeCertificates, readPem, type TestCertificates } from '../src/testing/redis-shapes.ts';
import { describeStore } from '../src/testing/store-contract.ts';

const required = process.env['CI'] === 'true';
/** All that a gateway's user of Redis needs. */
const rules = ['~gateway:*', '+get', '+set', '+mget', '+evalsha', '+eval', '+info', '+ping', '+time', '+hget', '+hset'];
const moreRules = ['+hmget', '+hdel', '+hscan', '+del', '+unlink', '+pexpire', '+hello', '+client', '+select'];

describe.skipIf(redisServer === undefined && !required)('a Redis with access control', { timeout: 30_000 }, () => {
  let certificates: TestCertificates;
  let guarded: TestRedis;
  let encrypted: TestRedis;
  const connections: RedisConnection[] = [];

  beforeAll(async () => {
    certificates = makeCertificates();
    guarded = await startRedis({
      args: ['--user', 'default', 'off', '--user', 'gateway', 'on', '>s3cret', ...rules, ...moreRules],
    });
    encrypted = await startRedis({ tls: certificates });
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await guarded[Symbol.asyncDispose]();
    await encrypted[Symbol.asyncDispose]();
    certificates[Symbol.dispose]();
  });

  const connect = (options: Omit<RedisConnectionOptions, 'keyPrefix' | 'commandTimeoutMs'>) => {
    const connection = createRedisConnection({ keyPrefix: 'gateway', commandTimeoutMs: 500, ...options });
    connections.push(connection);
    return connection;
  };
  const enter = () =>
    connect({ shape: { kind: 'standalone', url: guarded.url }, username: 'gateway', password: 's3cret' });
  const pem = () => readPem(certificates);
  const encrypt = () => connect({ shape: { kind: 'standalone', url: encrypted.url }, tls: pem() });
  const opened = async (connection: RedisConnection) => {
    await new Promise<void>((resolve) => connection.onReady(resolve));
    return connection;
  };

  let tests = 0;
  const reset = async () => {
    tests += 1;
  };
  const storeOver = async (connection: RedisConnection) => {
    const { redis, ...rest } = await opened(connection);
    return createRedisStore({ ...rest, redis, key: (name) => `gateway:${tests}:${name}` });
  };
  describeStore('the Redis store of a user with few rights', { create: () => storeOver(enter()), reset });
  const indexOver = async (connection: RedisConnection) => {
    await opened(connection);
    tests += 1;
    return [createRedisIndexBackend(connection, `${tests}`), createRedisIndexBackend(connection, `${tests}`)] as const;
  };
  describeIndex('an index of a user with few rights', () => indexOver(enter()));
  describeStore('the Redis store over TLS', { create: () => storeOver(encrypt()), reset });

  it.each([
    ['a user with few rights', enter],
    ['TLS with certificates on both sides', encrypt],
  ])('gives leases to %s', async (_, open) => {
    const one = await openReplica(open());
    const two = await openReplica(open());
    const lock = await one.locks.acquire(['key']);
    await lock.confirm();
    await expect(two.locks.acquire(['key'], AbortSignal.timeout(200))).rejects.toThrow('timeout');
    lock[Symbol.dispose]();
    (await two.locks.acquire(['key']))[Symbol.dispose]();
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  });

  it('refuses a wrong password, a missing certificate and an unknown authority', async () => {
    const { ca } = pem();
    const outcomeOf = (options: Parameters<typeof connect>[0]) =>
      new Promise((resolve) => {
        const observer = {
          onAvailability: ({ isAvailable }: { readonly isAvailable: boolean }) => isAvailable && resolve('in'),
          onError: () => resolve('out'),
        };
        connect({ ...options, observer });
      });
    const standalone = (url: string) => ({ kind: 'standalone', url }) as const;
    const outcomes = [
      { shape: standalone(guarded.url), username: 'gateway', password: 's3cret' },
      { shape: standalone(guarded.url), username: 'gateway', password: 'wrong' },
      { shape: standalone(encrypted.url), tls: pem() },
      { shape: standalone(encrypted.url), tls: { ca } },
      { shape: standalone(encrypted.url) },
      { shape: standalone(encrypted.url.replace('rediss', 'redis')) },
    ].map(outcomeOf);
    expect(await Promise.all(outcomes)).toEqual(['in', 'out', 'in', 'out', 'out', 'out']);
  });

  it('without memory is a miss to the store and a refusal to leases', async () => {
    await using full = await startRedis({ args: ['--maxmemory', '1000', '--maxmemory-policy', 'noeviction'] });
    const connection = await opened(connect({ shape: { kind: 'standalone', url: full.url } }));
    const store = createRedisStore(connection);
    expect(await store.snapshot(['tag'])).toBeUndefined();
    await using replica = await openReplica(connection);
    await expect(replica.locks.acquire(['key'], AbortSignal.timeout(300))).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('OOM'),
    });
  });
});
