import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnection, createRedisStore, type RedisConnection } from '../src/index.ts';
import { createRedisIndexBackend } from '../src/redis-index.ts';
import { describeIndex } from '../src/testing/index-contract.ts';
import { describeLeases, longestCallMs, openReplica } from '../src/testing/leases-contract.ts';
import { startCluster, startSentinels, type TestTopology } from '../src/testing/redis-shapes.ts';
import { describeStore } from '../src/testing/store-contract.ts';

const ttlMs = longestCallMs + 3_000;
/** How long both topologies take at most to promote a replica. */
const promotionMs = 5_000;

for (const [name, start] of [
  ['a master that sentinels watch', startSentinels],
  ['a cluster', startCluster],
] as const) {
  describe(name, () => {
    let topology: TestTopology;
    let tests = 0;
    const connections: RedisConnection[] = [];
    beforeAll(async () => {
      topology = await start();
    });
    afterAll(() => topology[Symbol.asyncDispose]());
    const connect = (keyPrefix: string) =>
      createRedisConnection({ shape: topology.shape, keyPrefix, commandTimeoutMs: 500 });

    describeStore(`the Redis store over ${name}`, {
      create: async () => {
        const connection = connect(`store-${tests}`);
        connections.push(connection);
        await new Promise<void>((resolve) => connection.onReady(resolve));
        return createRedisStore(connection);
      },
      reset: async () => {
        tests += 1;
        for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]();
      },
    });

    describeLeases(name, () => connect('leases'));

    describe('an index', () => {
      const opened: RedisConnection[] = [];
      let indexes = 0;
      afterAll(async () => {
        for (const connection of opened) await connection[Symbol.asyncDispose]();
      });
      describeIndex(`an index over ${name}`, async () => {
        indexes += 1;
        const both = [connect('index'), connect('index')] as const;
        opened.push(...both);
        for (const connection of both) await new Promise<void>((resolve) => connection.onReady(resolve));
        return [createRedisIndexBackend(both[0], `${indexes}`), createRedisIndexBackend(both[1], `${indexes}`)];
      });
    });

    it('fails over without two holders of one key, and continues', async () => {
      await using one = await openReplica(connect('failover'));
      const pauses: number[] = [];
      await using two = await openReplica(connect('failover'), { onPause: (left) => pauses.push(left) });
      const lock = await one.locks.acquire(['kept'], AbortSignal.timeout(60_000));
      (await two.locks.acquire(['free']))[Symbol.dispose]();
      await topology.killMasterOf('failover:leases');
      const killedAt = performance.now();
      const granted = two.locks.acquire(['free']).then((other) => {
        other[Symbol.dispose]();
        return performance.now();
      });
      // The old master is dead at once: an answer can only come from the new one.
      await lock.confirm();
      const confirmedAt = performance.now();
      const grantedAt = await granted;
      expect(grantedAt).toBeGreaterThan(killedAt + ttlMs);
      expect(confirmedAt).toBeLessThan(grantedAt);
      // Longer than who is the very first waits: what the lost server promised was waited for.
      expect(Math.max(...pauses)).toBeGreaterThan(2_000);
      await expect(two.locks.acquire(['kept'], AbortSignal.timeout(300))).rejects.toThrow('timeout');
      lock[Symbol.dispose]();
      (await two.locks.acquire(['kept']))[Symbol.dispose]();
      const store = createRedisStore(two.connection);
      const snapshot = await store.snapshot(['tag']);
      expect(snapshot).toBeDefined();
      if (snapshot !== undefined) await store.set('key', 'value', { ttlMs: 60_000, snapshot });
      expect(await store.get('key', ['tag'])).toBe('value');
    });

    it('is reached again within 5 s of the promotion, after its host vanished without a reset', async () => {
      await using other = await start();
      const { shape } = other;
      await using connection = createRedisConnection({ shape, keyPrefix: 'silent', commandTimeoutMs: 250 });
      await using replica = await openReplica(connection);
      (await replica.locks.acquire(['before']))[Symbol.dispose]();
      await other.silenceMasterOf('silent:leases');
      const silentAt = performance.now();
      const { redis } = connection;
      const write = () => redis.hset('silent:leases', 'probe', '1').catch(() => 'no answer');
      // 0 after an attempt whose answer was lost.
      await expect.poll(write, { timeout: 30_000 }).toBeTypeOf('number');
      expect(performance.now() - silentAt).toBeLessThan(promotionMs + 5_000);
    });
  });
}
