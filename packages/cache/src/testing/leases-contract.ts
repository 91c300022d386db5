import { afterAll, describe, expect, it } from 'vitest';
import { createRedisLocks, type LeaseObserver, type Locks } from '../index.ts';
import type { RedisConnection } from '../redis-connection.ts';

/** The part of a replica that uses leases: its own connection and its own locks. */
export interface Replica extends AsyncDisposable {
  readonly connection: RedisConnection;
  readonly locks: Locks;
}

/** Short, so that a lease runs for little more than its margin. */
export const longestCallMs = 300;

/** Opens a replica and waits until it is connected. */
export async function openReplica(connection: RedisConnection, observer: LeaseObserver = {}): Promise<Replica> {
  const locks = createRedisLocks({ connection, longestCallMs, observer });
  await new Promise<void>((resolve) => connection.onReady(resolve));
  return {
    connection,
    locks,
    [Symbol.asyncDispose]: async () => {
      await locks[Symbol.asyncDispose]();
      await connection[Symbol.asyncDispose]();
    },
  };
}

/** Counts when two holders have one key at the same time. */
export function createOverlapDetector() {
  const inside = new Map<string, number>();
  const found = { overlaps: 0, entered: 0 };
  return {
    found,
    enter: (keys: readonly string[]): Disposable => {
      for (const key of keys) {
        const others = inside.get(key) ?? 0;
        if (others > 0) found.overlaps += 1;
        inside.set(key, others + 1);
      }
      found.entered += 1;
      return {
        [Symbol.dispose]: () => {
          for (const key of keys) inside.set(key, (inside.get(key) ?? 1) - 1);
        },
      };
    },
  };
}

const turnOf = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The suite that leases must pass over every shape of Redis; `connect` makes one more connection to the same Redis. */
export function describeLeases(name: string, connect: () => RedisConnection): void {
  describe(`leases over ${name}`, { timeout: 30_000 }, () => {
    const replicas: Promise<Replica>[] = [];
    const replica = (index: number): Promise<Replica> => {
      replicas[index] ??= openReplica(connect());
      return replicas[index];
    };
    const pair = () => Promise.all([replica(0), replica(1)]);
    afterAll(async () => {
      for (const opened of replicas) await (await opened)[Symbol.asyncDispose]();
    });

    it('give each key to one holder at a time, and never deadlock', async () => {
      const both = await pair();
      const { found, enter } = createOverlapDetector();
      const work = async (index: number) => {
        const keys = index % 2 === 0 ? ['x', 'y', 'z'] : ['z', 'y', 'x'];
        using lock = await both[index % 3 === 0 ? 0 : 1].locks.acquire(keys.slice(0, 1 + (index % 3)));
        using _inside = enter(keys.slice(0, 1 + (index % 3)));
        await lock.confirm();
        await turnOf(2);
      };
      await Promise.all(Array.from({ length: 60 }, (_, index) => work(index)));
      expect(found).toEqual({ overlaps: 0, entered: 60 });
    });

    it('alternate between replicas that keep requesting the same key', async () => {
      const both = await pair();
      const order: number[] = [];
      const work = async (index: 0 | 1) => {
        using _lock = await both[index].locks.acquire(['fair']);
        order.push(index);
        await turnOf(2);
      };
      await Promise.all(Array.from({ length: 40 }, (_, index) => work(index < 20 ? 0 : 1)));
      // While both wait, neither passes many times in a row.
      const first = order.slice(0, 20);
      expect(first.filter((index) => index === 1).length).toBeGreaterThanOrEqual(5);
      expect(first.filter((index) => index === 0).length).toBeGreaterThanOrEqual(5);
    });

    it('lock a thousand keys at once', async () => {
      const [one, two] = await pair();
      const keys = Array.from({ length: 1_000 }, (_, index) => `many-${index}`);
      const lock = await one.locks.acquire(keys);
      await expect(two.locks.acquire(['many-999'], AbortSignal.timeout(200))).rejects.toThrow('timeout');
      await lock.confirm();
      lock[Symbol.dispose]();
      (await two.locks.acquire(keys))[Symbol.dispose]();
    });

    it('stay for one longest call after a write without an answer', async () => {
      const [one, two] = await pair();
      const lock = await one.locks.acquire(['lingering']);
      lock.linger();
      const disposedAt = performance.now();
      lock[Symbol.dispose]();
      (await two.locks.acquire(['lingering']))[Symbol.dispose]();
      expect(performance.now() - disposedAt).toBeGreaterThanOrEqual(longestCallMs - 1);
    });

    it('of a dead holder expire, and leave nothing behind', async () => {
      const [one] = await pair();
      const dying = await openReplica(connect());
      await dying.locks.acquire(['abandoned', 'orphan']);
      await dying.connection[Symbol.asyncDispose]();
      const patience = AbortSignal.timeout(15_000);
      (await one.locks.acquire(['orphan'], patience))[Symbol.dispose]();
      const { redis, key } = one.connection;
      await expect.poll(() => redis.hexists(key('leases'), 'l:abandoned'), { timeout: 15_000 }).toBe(0);
    });

    it('leave no key locked after an aborted request', async () => {
      const [one, two] = await pair();
      const holder = await one.locks.acquire(['b']);
      await expect(two.locks.acquire(['a', 'b'], AbortSignal.timeout(100))).rejects.toThrow('timeout');
      (await one.locks.acquire(['a']))[Symbol.dispose]();
      holder[Symbol.dispose]();
      (await two.locks.acquire(['b']))[Symbol.dispose]();
    });

    it('are no longer confirmed after another holder took the key', async () => {
      const [one] = await pair();
      const lock = await one.locks.acquire(['stolen']);
      await lock.confirm();
      const { connection } = one;
      await connection.redis.hset(connection.key('leases'), 'l:stolen', '99999999999999 another-holder');
      await expect
        .poll(
          () =>
            lock.confirm().then(
              () => 'confirmed',
              ({ trouble }) => trouble,
            ),
          { timeout: 5_000 },
        )
        .toBe('lost');
      lock[Symbol.dispose]();
      await connection.redis.hdel(connection.key('leases'), 'l:stolen');
    });
  });
}
