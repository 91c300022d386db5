import { describe, expect, it } from 'vitest';
import { createMemoryLocks } from '../src/index.ts';

describe('memory locks', () => {
  it('gives turns in the order of asking, and lets others pass', async () => {
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

  it('never waits in a circle, whatever order the keys are asked in', async () => {
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

  it('lets one who gives up go, without letting anybody overtake', async () => {
    const locks = createMemoryLocks({ longestCallMs: 1000 });
    const holder = await locks.acquire(['a']);
    const patience = new AbortController();
    const impatient = locks.acquire(['b', 'a'], patience.signal);
    let entered = false;
    const patient = locks.acquire(['a']).then((lock) => {
      entered = true;
      return lock;
    });
    patience.abort(new Error('left'));
    await expect(impatient).rejects.toThrow('left');
    (await locks.acquire(['b']))[Symbol.dispose]();
    expect(entered).toBe(false);
    holder[Symbol.dispose]();
    (await patient)[Symbol.dispose]();
    (await locks.acquire(['a']))[Symbol.dispose]();
  });
});
