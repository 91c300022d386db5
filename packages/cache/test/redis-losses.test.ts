import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createIndexes,
  createRedisConnection,
  createRedisStore,
  type RedisConnection,
  type SharedIndex,
  type Store,
} from '../src/index.ts';
import { openReplica } from '../src/testing/leases-contract.ts';
import { redisServer, startRedis } from '../src/testing/redis-server.ts';
import { openTcpLink } from '../src/testing/tcp-link.ts';

const required = process.env['CI'] === 'true';

/** The source that an index scans. */
class Source {
  readonly entries = new Map<string, string>();

  readonly scan = (file: (found: readonly { key: string; value: string }[]) => Promise<void>) =>
    file([...this.entries].map(([key, value]) => ({ key, value })));

  async add(key: string, value: string, index: SharedIndex): Promise<void> {
    this.entries.set(key, value);
    await index.file([{ key, value }]);
  }
}

describe.skipIf(redisServer === undefined && !required)('after a loss in Redis', { timeout: 30_000 }, () => {
  const connections: RedisConnection[] = [];
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]();
  });
  const connect = async (port: number) => {
    const shape = { kind: 'standalone', url: `redis://127.0.0.1:${port}` } as const;
    const connection = createRedisConnection({ shape, keyPrefix: 'test', commandTimeoutMs: 500 });
    connections.push(connection);
    await new Promise<void>((resolve) => connection.onReady(resolve));
    return connection;
  };
  const indexOver = (redis: RedisConnection) => createIndexes({ ttlMs: 300_000, redis }).open('users');
  const load = async (store: Store, value: string, whileLoading: () => Promise<void> = async () => undefined) => {
    const snapshot = await store.snapshot(['tag']);
    if (snapshot === undefined) throw new Error('the store does not answer');
    await whileLoading();
    await store.set('key', value, { ttlMs: 300_000, snapshot });
  };
  const keysOf = async ({ redis }: RedisConnection) => (await redis.keys('*')).sort();

  describe('of any single key, as by an eviction,', () => {
    it('the store serves the newest value or misses', async () => {
      await using server = await startRedis();
      const connection = await connect(server.port);
      const store = createRedisStore(connection);
      const prepare = async () => {
        await connection.redis.flushall();
        await load(store, 'old');
        await store.invalidate(['tag']);
        await load(store, 'new');
        expect(await store.get('key', ['tag'])).toBe('new');
      };
      await prepare();
      const keys = await keysOf(connection);
      expect(keys.length).toBeGreaterThan(1);
      for (const lost of keys) {
        await prepare();
        await connection.redis.del(lost);
        expect(await store.get('key', ['tag'])).toBeUndefined();
        await load(store, 'newest');
        expect(await store.get('key', ['tag'])).toBe('newest');
      }
    });

    it('the store never serves the result of a load that began before an invalidation', async () => {
      await using server = await startRedis();
      const connection = await connect(server.port);
      const store = createRedisStore(connection);
      await load(store, 'old', async () => {
        await store.invalidate(['tag']);
        await connection.redis.flushall();
      });
      expect(await store.get('key', ['tag'])).toBeUndefined();
      await load(store, 'new');
      expect(await store.get('key', ['tag'])).toBe('new');
    });

    it('the index finds every entry', async () => {
      await using server = await startRedis();
      const connection = await connect(server.port);
      const index = indexOver(connection);
      const source = new Source();
      source.entries.set('a', '1');
      await index.find(['a'], source);
      const keys = await keysOf(connection);
      expect(keys.length).toBeGreaterThan(1);
      for (let position = 0; position < keys.length; position += 1) {
        await connection.redis.flushall();
        await index.find(['a'], source);
        await connection.redis.del((await keysOf(connection))[position] ?? '');
        await source.add(`after-${position}`, '2', index);
        expect(await index.find(['a', `after-${position}`], source)).toEqual([['1'], ['2']]);
      }
    });

    it('the index finds every entry, when the loss falls into a scan', async () => {
      await using server = await startRedis();
      const connection = await connect(server.port);
      const index = indexOver(connection);
      const entries = [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ];
      for (const lost of [0, 1]) {
        let isFirst = true;
        const scan = async (file: (found: typeof entries) => Promise<void>) => {
          await file(entries.slice(0, 1));
          if (isFirst) await connection.redis.del((await keysOf(connection))[lost] ?? '');
          isFirst = false;
          await file(entries.slice(1));
        };
        expect(await index.find(['a', 'b'], { scan, since: performance.now() })).toEqual([['1'], ['2']]);
      }
    });

    it('the index answers from this process, when Redis loses it after every scan', async () => {
      await using server = await startRedis();
      const connection = await connect(server.port);
      const index = indexOver(connection);
      let scans = 0;
      const scan = async (file: (found: readonly { key: string; value: string }[]) => Promise<void>) => {
        scans += 1;
        await file([{ key: 'a', value: '1' }]);
        await connection.redis.flushall();
      };
      expect(await index.find(['a', 'b'], { scan })).toEqual([['1'], []]);
      expect(scans).toBeLessThan(5);
    });
  });

  /** A gateway's path to a Redis that goes back in time, and what makes it do so. */
  interface TimeMachine extends AsyncDisposable {
    readonly port: number;
    /** Fixes the moment to go back to. */
    mark(connection: RedisConnection): Promise<void>;
    goBack(): Promise<void>;
  }

  const restoredFile = async (): Promise<TimeMachine> => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const server = await startRedis({ args: ['--dir', folder] });
    return {
      port: server.port,
      mark: async ({ redis }) => {
        await redis.save();
      },
      goBack: async () => {
        await server.signal('SIGKILL');
        await server.restart();
      },
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true });
      },
    };
  };

  const laggingReplica = async (): Promise<TimeMachine> => {
    const master = await startRedis();
    const replication = await openTcpLink(master.port);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(replication.port)] });
    const link = await openTcpLink(master.port);
    const { redis: admin } = await connect(replica.port);
    await expect.poll(() => admin.info('replication'), { timeout: 10_000 }).toContain('master_link_status:up');
    return {
      port: link.port,
      mark: async ({ redis }) => {
        await expect.poll(() => redis.wait(1, 200), { timeout: 10_000 }).toBe(1);
        replication.silence();
      },
      goBack: async () => {
        await admin.call('REPLICAOF', 'NO', 'ONE');
        link.redirect(replica.port);
        link.cut();
        link.mend();
      },
      [Symbol.asyncDispose]: async () => {
        for (const one of [link, replica, replication, master]) await one[Symbol.asyncDispose]();
      },
    };
  };

  describe.each([
    ['restarts from an older file', restoredFile],
    ['is replaced by a replica that lagged', laggingReplica],
  ])('when Redis %s', (_, open) => {
    const isBack = (connection: RedisConnection) =>
      expect.poll(() => connection.redis.ping().catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');

    it('the store does not serve a value that was invalidated', async () => {
      await using time = await open();
      const connection = await connect(time.port);
      const store = createRedisStore(connection);
      await load(store, 'old');
      await time.mark(connection);
      await store.invalidate(['tag']);
      await load(store, 'new');
      await time.goBack();
      await isBack(connection);
      expect(await store.get('key', ['tag'])).toBeUndefined();
    });

    it('the store does not keep what was loaded before', async () => {
      await using time = await open();
      const connection = await connect(time.port);
      const store = createRedisStore(connection);
      await load(store, 'old');
      await time.mark(connection);
      await load(store, 'loaded before', async () => {
        await time.goBack();
        await isBack(connection);
      });
      expect(await store.get('key', ['tag'])).toBeUndefined();
      await load(store, 'new');
      expect(await store.get('key', ['tag'])).toBe('new');
    });

    it('the index finds what was filed since', async () => {
      await using time = await open();
      const connection = await connect(time.port);
      const index = indexOver(connection);
      const source = new Source();
      await source.add('a', '1', index);
      await index.find(['a'], source);
      await time.mark(connection);
      await source.add('b', '2', index);
      expect(await index.find(['b'], source)).toEqual([['2']]);
      await time.goBack();
      await isBack(connection);
      expect(await index.find(['a', 'b'], source)).toEqual([['1'], ['2']]);
    });
  });

  describe('of the network between one replica and Redis', () => {
    const openBoth = async (ports: readonly [number, number]) => {
      const [cut, other] = [await connect(ports[0]), await connect(ports[1])];
      return { cut, other };
    };

    it('a change is published only when the other replica misses what it invalidated', async () => {
      await using server = await startRedis();
      await using link = await openTcpLink(server.port);
      const { cut, other } = await openBoth([link.port, server.port]);
      await using replica = await openReplica(cut);
      const [mine, theirs] = [createRedisStore(cut), createRedisStore(other)];
      await load(theirs, 'old');
      using lock = await replica.locks.acquire(['key'], AbortSignal.timeout(20_000));
      await lock.confirm();
      link.silence();
      await mine.invalidate(['tag']);
      const published = lock.publish();
      const first = await Promise.race([published.then(() => 'published'), theirs.get('key', ['tag'])]);
      expect(first).toBe('old');
      link.mend();
      await published;
      expect(await theirs.get('key', ['tag'])).toBeUndefined();
    });

    it('a change is not published when Redis stays away until the time is up', async () => {
      await using server = await startRedis();
      await using link = await openTcpLink(server.port);
      const { cut } = await openBoth([link.port, server.port]);
      await using replica = await openReplica(cut);
      using lock = await replica.locks.acquire(['key'], AbortSignal.timeout(2_000));
      link.silence();
      await indexOver(cut).file([{ key: 'a', value: '1' }]);
      await expect(lock.publish()).rejects.toMatchObject({ trouble: 'unreachable' });
    });

    it('the index in this process finds what the other replica filed meanwhile', async () => {
      await using server = await startRedis();
      await using link = await openTcpLink(server.port);
      const { cut, other } = await openBoth([link.port, server.port]);
      const [mine, theirs] = [indexOver(cut), indexOver(other)];
      const source = new Source();
      await source.add('a', '1', theirs);
      await mine.find(['a'], source);
      link.silence();
      expect(await mine.find(['a'], source)).toEqual([['1']]);
      await source.add('b', '2', theirs);
      expect(await mine.find(['b'], source)).toEqual([['2']]);
    });
  });
});
