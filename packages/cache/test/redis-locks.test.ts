import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createRedisConnection } from '../src/index.ts';
import { createOverlapDetector, describeLeases, longestCallMs, openReplica } from '../src/testing/leases-contract.ts';
import { redisServer, startRedis, type TestRedis } from '../src/testing/redis-server.ts';

const required = process.env['CI'] === 'true';
/** How long a lease runs, and how long no new one is granted after a loss. */
const ttlMs = longestCallMs + 3_000;

const connect = (server: TestRedis) =>
  createRedisConnection({
    shape: { kind: 'standalone', url: server.url },
    keyPrefix: 'leases-test',
    commandTimeoutMs: 250,
  });

describe.skipIf(redisServer === undefined && !required)('with a real Redis', { timeout: 60_000 }, () => {
  let shared: TestRedis;
  beforeAll(async () => {
    shared = await startRedis();
  });
  afterAll(() => shared[Symbol.asyncDispose]());

  describeLeases('one server', () => connect(shared));

  describe.concurrent('of its own, leases', () => {
    it('are asserted again by their holder when Redis returns empty, while others wait', async ({ expect }) => {
      await using redis = await startRedis();
      await using one = await openReplica(connect(redis));
      await using two = await openReplica(connect(redis));
      const lock = await one.locks.acquire(['kept']);
      (await two.locks.acquire(['free']))[Symbol.dispose]();
      await redis.signal('SIGKILL');
      await redis.restart();
      const restartedAt = performance.now();
      await lock.confirm();
      expect(performance.now() - restartedAt).toBeLessThan(ttlMs);
      (await two.locks.acquire(['free']))[Symbol.dispose]();
      expect(performance.now() - restartedAt).toBeGreaterThan(ttlMs - 100);
      await expect(two.locks.acquire(['kept'], AbortSignal.timeout(200))).rejects.toThrow('timeout');
      await lock.confirm();
      lock[Symbol.dispose]();
      (await two.locks.acquire(['kept']))[Symbol.dispose]();
    });

    it('of all holders expire before a new one is granted after Redis was flushed', async ({ expect }) => {
      await using redis = await startRedis();
      await using one = await openReplica(connect(redis));
      await using two = await openReplica(connect(redis));
      const lock = await one.locks.acquire(['kept']);
      (await two.locks.acquire(['free']))[Symbol.dispose]();
      await two.connection.redis.flushall();
      await expect(two.locks.acquire(['kept'], AbortSignal.timeout(1_500))).rejects.toMatchObject({
        trouble: 'settling',
      });
      await lock.confirm();
      lock[Symbol.dispose]();
    });

    it('are lost when their holder was disconnected for longer than they run', async ({ expect }) => {
      await using redis = await startRedis();
      await using one = await openReplica(connect(redis));
      await using two = await openReplica(connect(redis));
      const lock = await one.locks.acquire(['taken-over']);
      await one.connection[Symbol.asyncDispose]();
      (await two.locks.acquire(['taken-over']))[Symbol.dispose]();
      await one.connection.redis.connect();
      await expect(lock.confirm()).rejects.toMatchObject({ trouble: 'lost' });
      lock[Symbol.dispose]();
    });

    it('are refused with a reason while Redis is silent, and granted when it answers again', async ({ expect }) => {
      await using redis = await startRedis();
      const waits: string[] = [];
      await using one = await openReplica(connect(redis), { onWait: (_, outcome) => waits.push(outcome) });
      (await one.locks.acquire(['first']))[Symbol.dispose]();
      await redis.signal('SIGSTOP');
      await expect(one.locks.acquire(['a'], AbortSignal.timeout(600))).rejects.toMatchObject({
        trouble: 'unreachable',
      });
      const patient = one.locks.acquire(['a'], AbortSignal.timeout(15_000));
      await redis.signal('SIGCONT');
      (await patient)[Symbol.dispose]();
      expect(waits).toEqual(['held', 'unreachable', 'held']);
    });

    it('are not confirmed while Redis is silent for longer than their margin', async ({ expect }) => {
      await using redis = await startRedis();
      await using one = await openReplica(connect(redis));
      const patience = new AbortController();
      const lock = await one.locks.acquire(['a'], patience.signal);
      await redis.signal('SIGSTOP');
      // The margin is what Redis may be silent for before a write waits.
      await expect
        .poll(
          () =>
            Promise.race([
              lock.confirm().then(
                () => 'sure',
                () => 'rejected',
              ),
              nextTurn(),
            ]),
          { timeout: 6_000 },
        )
        .toBe('waiting');
      const confirmation = lock.confirm();
      patience.abort(new Error('aborted'));
      await expect(confirmation).rejects.toMatchObject({ trouble: 'unreachable' });
      await redis.signal('SIGCONT');
      lock[Symbol.dispose]();
    });

    it('never overlap, for any keys and durations, while Redis is killed and returns empty', async ({ expect }) => {
      await using redis = await startRedis();
      const replicas = await Promise.all([0, 1, 2].map(() => openReplica(connect(redis))));
      const { found, enter } = createOverlapDetector();
      const running = new AbortController();
      setMaxListeners(0, running.signal);
      const work = async (worker: number) => {
        for (let round = 0; !running.signal.aborted; round += 1) {
          const keys = [0, 1, 2, 3, 4, 5].filter((key) => (worker * 31 + round * 17 + key * 7) % 4 === 0).map(String);
          try {
            using lock = await replicas[worker % 3]?.locks.acquire(keys, running.signal);
            for (let call = 0; call < 2; call += 1) {
              await lock?.confirm();
              using _inside = enter(keys);
              await new Promise((resolve) =>
                setTimeout(resolve, (worker * 37 + round * 53 + call * 71) % longestCallMs),
              );
            }
          } catch {
            // Lost or given up: what matters is who is inside together.
          }
        }
      };
      const workers = Promise.all(Array.from({ length: 12 }, (_, worker) => work(worker)));
      for (const atLeast of [15, 40, 65]) {
        await expect.poll(() => found.entered, { timeout: 15_000 }).toBeGreaterThan(atLeast);
        await redis.signal('SIGKILL');
        await redis.restart();
      }
      await expect.poll(() => found.entered, { timeout: 15_000 }).toBeGreaterThan(90);
      running.abort();
      await workers;
      for (const replica of replicas) await replica[Symbol.asyncDispose]();
      expect(found.overlaps).toBe(0);
    });
  });
});

const nextTurn = () => new Promise<string>((resolve) => setTimeout(() => resolve('waiting'), 100));
