import { describe, expect, it } from 'vitest';
import { createKeyedQueue } from '../src/index.ts';

describe('a keyed queue', () => {
  it('gives turns in the order of asking, and lets others pass', async () => {
    const queue = createKeyedQueue({ longestCallMs: 1000 });
    const order: string[] = [];
    const first = await queue.hold(['a']);
    const second = queue.hold(['a']).then((turn) => {
      order.push('second');
      turn[Symbol.dispose]();
    });
    const third = queue.hold(['a', 'b']).then((turn) => {
      order.push('third');
      turn[Symbol.dispose]();
    });
    (await queue.hold(['c']))[Symbol.dispose]();
    order.push('other');
    first[Symbol.dispose]();
    await Promise.all([second, third]);
    expect(order).toEqual(['other', 'second', 'third']);
  });

  it('never waits in a circle, whatever order the keys are asked in', async () => {
    const queue = createKeyedQueue({ longestCallMs: 1000 });
    let done = 0;
    const work = async (keys: string[]) => {
      using _turn = await queue.hold(keys);
      await Promise.resolve();
      done += 1;
    };
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => work(index % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a'])),
    );
    expect(done).toBe(50);
  });

  it('lets one who gives up go, without letting anybody overtake', async () => {
    const queue = createKeyedQueue({ longestCallMs: 1000 });
    const holder = await queue.hold(['a']);
    const patience = new AbortController();
    const impatient = queue.hold(['b', 'a'], patience.signal);
    let entered = false;
    const patient = queue.hold(['a']).then((turn) => {
      entered = true;
      return turn;
    });
    patience.abort(new Error('left'));
    await expect(impatient).rejects.toThrow('left');
    (await queue.hold(['b']))[Symbol.dispose]();
    expect(entered).toBe(false);
    holder[Symbol.dispose]();
    (await patient)[Symbol.dispose]();
    (await queue.hold(['a']))[Symbol.dispose]();
  });
});
