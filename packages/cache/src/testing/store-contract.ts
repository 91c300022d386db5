import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';

/**
 * Makes a store for one test. A second store of the same test shares the data of the first where stores can share any.
 */
export interface StoreFactory {
  create(): Promise<Store>;
  /** Deletes the data of the test's stores. */
  reset(): Promise<void>;
}

/** The suite that every store must pass. */
export function describeStore(name: string, factory: StoreFactory): void {
  describe(`${name} keeps the contract of a store`, () => {
    afterEach(() => factory.reset());

    const kept = async (store: Store, key: string, value: string, tags: readonly string[], ttlMs = 60_000) => {
      const snapshot = await store.snapshot(tags);
      if (snapshot === undefined) throw new Error('the store does not answer');
      await store.set(key, value, { ttlMs, snapshot });
    };

    it('returns a value that was set', async () => {
      const store = await factory.create();
      await kept(store, 'key', 'värde 山', ['a']);
      expect(await store.get('key', ['a'])).toBe('värde 山');
    });

    it('misses a key that was never set', async () => {
      const store = await factory.create();
      expect(await store.get('nothing', ['a'])).toBeUndefined();
    });

    it('misses a value once one of its tags is invalidated, and only then', async () => {
      const store = await factory.create();
      await kept(store, 'both', '1', ['a', 'b']);
      await kept(store, 'other', '2', ['c']);
      await store.invalidate(['b']);
      expect(await store.get('both', ['a', 'b'])).toBeUndefined();
      expect(await store.get('other', ['c'])).toBe('2');
    });

    it('never serves the result of a load that began before an invalidation', async () => {
      const store = await factory.create();
      const snapshot = await store.snapshot(['a']);
      await store.invalidate(['a']);
      if (snapshot !== undefined) await store.set('key', 'stale', { ttlMs: 60_000, snapshot });
      expect(await store.get('key', ['a'])).toBeUndefined();
    });

    it('does not serve a value under a tag that it was not stored with', async () => {
      const store = await factory.create();
      await kept(store, 'key', 'value', ['a']);
      await store.snapshot(['b']);
      expect(await store.get('key', ['a', 'b'])).toBeUndefined();
    });

    it('answers several look-ups in order', async () => {
      const store = await factory.create();
      await kept(store, 'one', '1', ['a']);
      await kept(store, 'three', '3', ['c']);
      const found = await store.getMany([
        { key: 'one', tags: ['a'] },
        { key: 'two', tags: ['b'] },
        { key: 'three', tags: ['c'] },
      ]);
      expect(found).toEqual(['1', undefined, '3']);
      expect(await store.getMany([])).toEqual([]);
    });

    it('misses a value after its time to live', async () => {
      const store = await factory.create();
      await kept(store, 'key', 'value', ['a'], 1);
      await expect.poll(() => store.get('key', ['a'])).toBeUndefined();
    });
  });
}
