import { describe, expect, it } from 'vitest';
import { createMemoryStore, createReadThrough } from '../src/index.ts';

function setUp() {
  let now = 1;
  const store = createMemoryStore({ maxEntries: 100, clock: () => now });
  const cache = createReadThrough<string>({ store, name: 'test', ttlMs: 1000, negativeTtlMs: 10 });
  return { cache, pass: (ms: number) => (now += ms) };
}

describe('a read-through cache', () => {
  it('loads once for many concurrent reads', async () => {
    const { cache } = setUp();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return `value ${loads}`;
    };
    const values = await Promise.all([cache.read('k', ['t'], load), cache.read('k', ['t'], load)]);
    expect(values).toEqual(['value 1', 'value 1']);
    expect(await cache.read('k', ['t'], load)).toBe('value 1');
    expect(loads).toBe(1);
  });

  it('keeps an absence for a shorter time than a value', async () => {
    const { cache, pass } = setUp();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return undefined;
    };
    await cache.read('k', ['t'], load);
    await cache.read('k', ['t'], load);
    expect(loads).toBe(1);
    pass(11);
    await cache.read('k', ['t'], load);
    expect(loads).toBe(2);
  });

  it('does not join a load that began before an invalidation', async () => {
    const { cache } = setUp();
    let finish: (value: string) => void = () => undefined;
    const first = cache.read(
      'k',
      ['t'],
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    await expect.poll(() => finish.length).toBe(1);
    await cache.invalidate(['t']);
    const second = cache.read('k', ['t'], async () => 'new');
    finish('old');
    expect(await first).toBe('old');
    expect(await second).toBe('new');
    expect(await cache.read('k', ['t'], async () => 'newer')).toBe('new');
  });

  it('keeps nothing of a failed load', async () => {
    const { cache } = setUp();
    await expect(cache.read('k', ['t'], () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.read('k', ['t'], async () => 'here')).toBe('here');
  });

  it('loads only the missing ones of many values', async () => {
    const { cache } = setUp();
    await cache.read('b', ['t'], async () => 'B');
    const lookups = ['a', 'b', 'c'].map((key) => ({ key, tags: ['t'] }));
    const asked: (readonly number[])[] = [];
    const load = async (positions: readonly number[]) => {
      asked.push(positions);
      return positions.map((position) => (position === 0 ? 'A' : undefined));
    };
    expect(await cache.readMany(lookups, load)).toEqual(['A', 'B', undefined]);
    expect(await cache.readMany(lookups, load)).toEqual(['A', 'B', undefined]);
    expect(asked).toEqual([[0, 2]]);
  });
});
