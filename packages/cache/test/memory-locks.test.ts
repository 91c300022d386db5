import { describe, expect, it } from 'vitest';
import { createMemoryLocks } from '../src/index.ts';

describe('memory locks', () => {
  it('grants a key in the order of requests, and other keys at once', async () => {
    const locks = createMemoryLocks({ longestCallMs: 1000 });
    const order: string[] = [];
    const first = await locks.acquire(['a']);
    const second = locks.acquire(['a']).then((lock) => {
      order.push('second');
      lock[Symbol.dispose]();
    });
    const third = locks.acquire(['a', 'b']).then((lock) => {
      order.push('third');
      lock[Symbol.dispose]();
    });
    (await locks.acquire(['c']))[Symbol.dispose]();
    order.push('other');
    first[Symbol.dispose]();
    await Promise.all([second, third]);
    expect(order).toEqual(['other', 'second', 'third']);
  });

  it('never deadlocks, in any order of the requested keys', async () => {
    const locks = createMemoryLocks({ longestCallMs: 1000 });
    let done = 0;
    const work = async (keys: string[]) => {
      using _lock = await locks.acquire(keys);
      await Promise.resolve();
      done += 1;
    };
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => work(index % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a'])),
    );
    expect(done).toBe(50);
  });

  it('keeps the order of requests when one of them is aborted', async () => {
    const locks = createMemoryLocks({ longestCallMs: 1000 });
    const holder = await locks.acquire(['a']);
    const patience = new AbortController();
    const impatient = locks.acquire(['b', 'a'], patience.signal);
    let entered = false;
    const patient = locks.acquire(['a']).then((lock) => {
      entered = true;
      return lock;
    });
    patience.abort(new Error('aborted'));
    await expect(impatient).rejects.toThrow('aborted');
    (await locks.acquire(['b']))[Symbol.dispose]();
    expect(entered).toBe(false);
    holder[Symbol.dispose]();
    (await patient)[Symbol.dispose]();
    (await locks.acquire(['a']))[Symbol.dispose]();
  });
});
