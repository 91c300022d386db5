import { describe, expect, it } from 'vitest';
import { createSharedIndex, type IndexBackend, type IndexEntry, type SharedIndex } from '../shared-index.ts';

/** Makes backends of one index, as two replicas have them, over nothing at first. */
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

    it('finds what the scan found, whoever made it, and scans once for many who ask', async () => {
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

    it('finds what a replica files', async () => {
      const [one, two] = await open();
      const { scan } = scanning([{ key: 'a', value: '1' }]);
      await one.find(['a'], { scan });
      await two.file([
        { key: 'a', value: '2' },
        { key: 'b', value: '3' },
      ]);
      expect(await one.find(['a', 'b'], { scan })).toEqual([['1', '2'], ['3']]);
    });

    it('keeps what is filed while a scan is under way', async () => {
      const [one, two] = await open();
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await two.file([{ key: 'new', value: '1' }]);
        await file([{ key: 'old', value: '2' }]);
      };
      expect(await one.find(['new', 'old'], { scan })).toEqual([['1'], ['2']]);
    });

    it('lets the highest stamp win, in whatever order values come', async () => {
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

    it('scans anew after its time, and when it is told that something is missing', async () => {
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

    it('forgets what a later scan does not find, but not what was filed during it', async () => {
      const [one, two] = await open();
      await one.find(['a'], {
        scan: (file) =>
          file([
            { key: 'gone', value: '1' },
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
      expect(await one.find(['gone', 'moved', 'stamped'], { scan, since })).toEqual([[], ['3', '2'], ['restored']]);
    });

    it('forgets what a refreshing scan does not find', async () => {
      const [one] = await open();
      await one.find(['a'], {
        scan: (file) =>
          file([
            { key: 'gone', value: '1' },
            { key: 'moved', value: '1' },
          ]),
      });
      const again = { scan: scanning([{ key: 'moved', value: '2' }]).scan, since: performance.now() };
      expect(await one.find(['gone', 'moved'], again)).toEqual([[], ['2']]);
    });

    it('scans anew for who needs a younger one', async () => {
      const [one] = await open();
      const { scan, scans } = scanning([]);
      await one.find(['a'], { scan });
      await one.find(['a'], { scan, since: performance.now() });
      expect(scans.count).toBe(2);
    });

    it('counts no time that an answer takes as youth', async () => {
      const [backend] = await createBackends();
      const slow: IndexBackend = {
        ...bound(backend),
        find: async (keys) => {
          const reading = await backend.find(keys);
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

    it('begins no scan where one was finished that is young enough', async () => {
      const [first, second] = await createBackends();
      expect(await first.begin('one', 60_000)).toBe(true);
      expect(await first.finish('one')).toBe(true);
      expect(await second.begin('two', 60_000)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await second.begin('three', 1)).toBe(true);
    });

    it('tells who waits why a scan failed, and tries again for the next', async () => {
      const [one] = await open();
      const scan = () => Promise.reject(new Error('the source is away'));
      await expect(one.find(['a'], { scan })).rejects.toThrow('the source is away');
      expect(await one.find(['a'], scanning([{ key: 'a', value: '1' }]))).toEqual([['1']]);
    });

    it('ends the waiting of one who leaves, not the scan', async () => {
      const [one] = await open();
      let finish: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const scan = async (file: (found: readonly IndexEntry[]) => Promise<void>) => {
        await gate;
        await file([{ key: 'a', value: '1' }]);
      };
      const leaver = new AbortController();
      const left = one.find(['a'], { scan, signal: leaver.signal });
      const stays = one.find(['a'], { scan });
      leaver.abort(new Error('gone'));
      await expect(left).rejects.toThrow('gone');
      finish();
      expect(await stays).toEqual([['1']]);
    });

    it('lets one who cannot wait see at once that there is nothing yet, and begins a scan for the next', async () => {
      const [one, two] = await open();
      const { scan, scans } = scanning([{ key: 'a', value: '1' }]);
      expect(await one.peek(['a'], { scan })).toBeUndefined();
      expect(await two.find(['a'], { scan })).toEqual([['1']]);
      expect(await one.peek(['a', 'b'], { scan })).toEqual([['1'], []]);
      expect(scans.count).toBe(1);
    });

    it('answers many keys at once, and none', async () => {
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

/** The same backend as an object of functions, so that some can be replaced. */
function bound(backend: IndexBackend): IndexBackend {
  return {
    find: (keys) => backend.find(keys),
    file: (entries) => backend.file(entries),
    expire: () => backend.expire(),
    begin: (generation, oldestMs) => backend.begin(generation, oldestMs),
    feed: (generation, entries) => backend.feed(generation, entries),
    finish: (generation) => backend.finish(generation),
    abandon: (generation) => backend.abandon(generation),
  };
}
