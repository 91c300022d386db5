import { describe, expect, it } from 'vitest';
import { createSharedIndex, type IndexBackend, type IndexEntry, type SharedIndex } from '../shared-index.ts';

/** Makes the backends of two replicas over one empty index. */
export type IndexBackends = () => Promise<readonly [IndexBackend, IndexBackend]>;

/** The suite that every backend of an index must pass. */
export function describeIndex(name: string, createBackends: IndexBackends): void {
  describe(`${name} keeps the contract of an index`, () => {
    const open = async (ttlMs = 60_000): Promise<readonly [SharedIndex, SharedIndex]> => {
      const [first, second] = await createBackends();
      const clock = () => performance.now();
      return [
        createSharedIndex({ backend: first, ttlMs, clock }),
        createSharedIndex({ backend: second, ttlMs, clock }),
      ];
    };
    const scanning = (entries: readonly IndexEntry[]) => {
      const scans = { count: 0 };
      return {
        scans,
        scan: async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
          scans.count += 1;
          await file(entries);
        },
      };
    };

    it('finds what the scan of any replica found, and scans once for many concurrent reads', async () => {
      const [one, two] = await open();
      const { scan, scans } = scanning([
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
        { key: 'a', value: '2' },
      ]);
      const found = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).find(['a', 'b'], { scan })),
      );
      for (const values of found) expect(values).toEqual([['1', '2'], []]);
      expect(scans.count).toBe(1);
    });

    it('finds what another replica files', async () => {
      const [one, two] = await open();
      const { scan } = scanning([{ key: 'a', value: '1' }]);
      await one.find(['a'], { scan });
      await two.file([
        { key: 'a', value: '2' },
        { key: 'b', value: '3' },
      ]);
      expect(await one.find(['a', 'b'], { scan })).toEqual([['1', '2'], ['3']]);
    });

    it('keeps entries that are filed during a scan', async () => {
      const [one, two] = await open();
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await two.file([{ key: 'new', value: '1' }]);
        await file([{ key: 'old', value: '2' }]);
      };
      expect(await one.find(['new', 'old'], { scan })).toEqual([['1'], ['2']]);
    });

    it('keeps the value with the highest stamp, in any order of arrival', async () => {
      const [one] = await open();
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await one.file([{ key: 'a', value: 'written later', stamp: 12.5 }]);
        await file([
          { key: 'a', value: 'seen by the scan', stamp: 12 },
          { key: 'b', value: 'first', stamp: 1 },
        ]);
      };
      await one.find(['a'], { scan });
      await one.file([{ key: 'b', value: '', stamp: 1760000000000.5 }]);
      expect(await one.find(['a', 'b'], { scan })).toEqual([['written later'], ['']]);
    });

    it('scans anew after its time to live, and after expire()', async () => {
      const [one, two] = await open();
      const { scan, scans } = scanning([]);
      await one.find(['a'], { scan });
      await two.expire();
      await one.find(['a'], { scan });
      expect(scans.count).toBe(2);
      const [short] = await open(0);
      const again = scanning([]);
      await short.find(['a'], again);
      await short.find(['a'], again);
      expect(again.scans.count).toBe(2);
    });

    it('drops entries that a later scan does not find, but none that were filed during it', async () => {
      const [one, two] = await open();
      await one.find(['a'], {
        scan: (file) =>
          file([
            { key: 'deleted', value: '1' },
            { key: 'moved', value: '1' },
            { key: 'stamped', value: 'old', stamp: 5 },
          ]),
      });
      await two.expire();
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await two.file([{ key: 'moved', value: '3' }]);
        await file([
          { key: 'moved', value: '2' },
          { key: 'stamped', value: 'restored', stamp: 4 },
        ]);
      };
      const since = performance.now();
      expect(await one.find(['deleted', 'moved', 'stamped'], { scan, since })).toEqual([[], ['3', '2'], ['restored']]);
    });

    it('drops entries that a refreshing scan does not find', async () => {
      const [one] = await open();
      await one.find(['a'], {
        scan: (file) =>
          file([
            { key: 'deleted', value: '1' },
            { key: 'moved', value: '1' },
          ]),
      });
      const again = { scan: scanning([{ key: 'moved', value: '2' }]).scan, since: performance.now() };
      expect(await one.find(['deleted', 'moved'], again)).toEqual([[], ['2']]);
    });

    it('scans anew for a read that requires a younger scan', async () => {
      const [one] = await open();
      const { scan, scans } = scanning([]);
      await one.find(['a'], { scan });
      await one.find(['a'], { scan, since: performance.now() });
      expect(scans.count).toBe(2);
    });

    it('scans anew although the answer of the backend takes long', async () => {
      const [backend] = await createBackends();
      const slow: IndexBackend = {
        ...bound(backend),
        find: async (keys) => {
          const reading = await backend.find(keys);
          // Real time, because the age comes from the backend's own clock.
          await new Promise((resolve) => setTimeout(resolve, 20));
          return reading;
        },
      };
      const index = createSharedIndex({ backend: slow, ttlMs: 60_000, clock: () => performance.now() });
      const { scan, scans } = scanning([]);
      await index.find(['a'], { scan });
      await index.find(['a'], { scan, since: performance.now() });
      expect(scans.count).toBe(2);
    });

    it('begins no scan while the last complete one is young enough', async () => {
      const [first, second] = await createBackends();
      expect(await first.begin('one', 60_000)).toBe(true);
      expect(await first.finish('one')).toBe(true);
      expect(await second.begin('two', 60_000)).toBe(false);
      await expect.poll(() => second.begin('three', 1)).toBe(true);
    });

    it('passes the error of a failed scan to waiting reads, and scans again for the next read', async () => {
      const [one] = await open();
      const scan = () => Promise.reject(new Error('the source does not answer'));
      await expect(one.find(['a'], { scan })).rejects.toThrow('the source does not answer');
      expect(await one.find(['a'], scanning([{ key: 'a', value: '1' }]))).toEqual([['1']]);
    });

    it('ends the wait of an aborted read, but not the scan', async () => {
      const [one] = await open();
      let finish: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await gate;
        await file([{ key: 'a', value: '1' }]);
      };
      const caller = new AbortController();
      const aborted = one.find(['a'], { scan, signal: caller.signal });
      const stays = one.find(['a'], { scan });
      caller.abort(new Error('aborted'));
      await expect(aborted).rejects.toThrow('aborted');
      finish();
      expect(await stays).toEqual([['1']]);
    });

    it('peek returns undefined at once without a scan, and starts one for the next read', async () => {
      const [one, two] = await open();
      const { scan, scans } = scanning([{ key: 'a', value: '1' }]);
      expect(await one.peek(['a'], { scan })).toBeUndefined();
      expect(await two.find(['a'], { scan })).toEqual([['1']]);
      expect(await one.peek(['a', 'b'], { scan })).toEqual([['1'], []]);
      expect(scans.count).toBe(1);
    });

    it('finds thousands of keys at once, and no keys', async () => {
      const [one] = await open();
      const entries = Array.from({ length: 3000 }, (_, index) => ({ key: `key ${index}`, value: `v${index}` }));
      const { scan } = scanning(entries);
      const found = await one.find(
        entries.map(({ key }) => key),
        { scan },
      );
      expect(found.flat()).toEqual(entries.map(({ value }) => value));
      expect(await one.find([], { scan })).toEqual([]);
    });
  });
}

/** The backend as an object of functions, some of which a test replaces. */
function bound(backend: IndexBackend): IndexBackend {
  return {
    find: (keys) => backend.find(keys),
    file: (entries) => backend.file(entries),
    expire: () => backend.expire(),
    begin: (generation, maxAgeMs) => backend.begin(generation, maxAgeMs),
    feed: (generation, entries) => backend.feed(generation, entries),
    finish: (generation) => backend.finish(generation),
    abandon: (generation) => backend.abandon(generation),
  };
}
