import { createMemoryStore } from '@scim-gateway/cache';
import { type Filter, parseFilter, parseSort, type Resource, userResourceType } from '@scim-gateway/scim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPager, type ListWindow, type Pager, type PagerScope } from '../../src/provisioning/lists/pager.ts';
import type { ListSource } from '../../src/provisioning/lists/source.ts';
import type { ListQuery } from '../../src/provisioning/service.ts';

/** An entry of Collate's list, which is sorted by name; a list in SCIM omits hidden entries. */
interface Entry {
  readonly name: string;
  readonly isHidden?: boolean;
}

interface CountingSource extends ListSource<Resource> {
  calls: number;
  entries: Entry[];
}

/** A source that pages by name, as Collate does. */
function createSource(
  entries: readonly Entry[],
  { countsHidden, scanLimit = 1_000_000 }: { readonly countsHidden: boolean; readonly scanLimit?: number },
): CountingSource {
  const source: CountingSource = {
    calls: 0,
    entries: [...entries],
    scanLimit,
    idOf: ({ id }) => String(id),
    page: async ({ after, limit }) => {
      source.calls += 1;
      const rest = source.entries.filter(({ name }) => after === undefined || name > after);
      const shown = rest.slice(0, limit);
      const items = shown.map(({ name, isHidden }) => (isHidden === true ? undefined : { id: name }));
      const last = shown.at(-1)?.name;
      const place = rest.length > shown.length && last !== undefined ? { after: last } : {};
      return { items, total: source.entries.length, ...place };
    },
    ...(countsHidden
      ? { countHidden: async () => source.entries.filter(({ isHidden }) => isHidden === true).length }
      : {}),
  };
  return source;
}

const context = {
  principal: { credential: 'okta', provider: 'okta', profile: 'tolerant' },
  tolerance: { profile: 'tolerant' },
  requestId: 'r',
  signal: new AbortController().signal,
} as const;

function scopeOf(credential = 'okta'): PagerScope {
  const principal = { ...context.principal, credential };
  return { upstream: { cacheScope: 'gateway' }, context: { ...context, principal } };
}

function startPager(now = { ms: 0 }): Pager {
  const store = createMemoryStore({ maxEntries: 10_000 });
  return createPager({
    store,
    ttlMs: 60_000,
    cursorSecret: () => 'secret',
    clock: () => now.ms,
  });
}

const list = (source: ListSource<Resource> | readonly Resource[], filter?: Filter) => ({
  type: 'users' as const,
  filter,
  source,
  toResource: (item: Resource) => item,
});

const nameOf = (index: number) => `user${String(index).padStart(6, '0')}`;
const entriesOf = (count: number): Entry[] => Array.from({ length: count }, (_, index) => ({ name: nameOf(index) }));

async function walkByIndex(pager: Pager, source: ListSource<Resource>, count: number) {
  const ids: unknown[] = [];
  for (let startIndex = 1; ; startIndex += count) {
    const window = await pager.read(list(source), { startIndex, count, projection: {} }, scopeOf());
    ids.push(...window.items.map(({ id }) => id));
    if (startIndex + count > (window.totalResults ?? 0)) return { ids, totalResults: window.totalResults };
  }
}

async function walkByCursor(pager: Pager, source: ListSource<Resource> | readonly Resource[], count: number) {
  const ids: unknown[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const window: ListWindow<Resource> = await pager.read(
      list(source),
      { startIndex: 1, count, cursor, projection: {} },
      scopeOf(),
    );
    ids.push(...window.items.map(({ id }) => id));
    cursor = window.nextCursor;
  }
  return ids;
}

const entryLists = fc
  .uniqueArray(fc.record({ name: fc.integer({ min: 0, max: 9999 }).map(nameOf), isHidden: fc.boolean() }), {
    selector: ({ name }) => name,
    maxLength: 60,
  })
  .map((entries) => entries.sort((left, right) => (left.name < right.name ? -1 : 1)));

describe('the pages of a list', () => {
  it.each([true, false])(
    'contain each visible entry once (Collate counts hidden entries: %s)',
    async (countsHidden) => {
      await fc.assert(
        fc.asyncProperty(entryLists, fc.integer({ min: 1, max: 12 }), async (entries, count) => {
          const shown = entries.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
          const byIndex = await walkByIndex(startPager(), createSource(entries, { countsHidden }), count);
          expect(byIndex).toEqual({ ids: shown, totalResults: shown.length });
          expect(await walkByCursor(startPager(), createSource(entries, { countsHidden }), count)).toEqual(shown);
        }),
      );
    },
  );

  it('have the same content from any startIndex', async () => {
    await fc.assert(
      fc.asyncProperty(entryLists, fc.nat(70), fc.nat(9), async (entries, start, count) => {
        const shown = entries.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
        for (const countsHidden of [true, false]) {
          const query = { startIndex: start + 1, count, projection: {} };
          const window = await startPager().read(list(createSource(entries, { countsHidden })), query, scopeOf());
          expect(window.items.map(({ id }) => id)).toEqual(shown.slice(start, start + count));
          expect(window.totalResults).toBe(shown.length);
        }
      }),
    );
  });

  it.each([
    ['all shown', () => false],
    ['one in a hundred hidden', (index: number) => index % 100 === 7],
    ['a long stretch hidden', (index: number) => index >= 2_000 && index < 4_000],
  ])('cost together little more calls than the list has pages: %s', async (_, isHidden) => {
    const entries = entriesOf(10_000).map((entry, index) => ({ ...entry, isHidden: isHidden(index) }));
    const byIndex = createSource(entries, { countsHidden: true });
    const { totalResults = 0 } = await walkByIndex(startPager(), byIndex, 100);
    const pages = totalResults / 100;
    const straddling = entries.some((entry) => entry.isHidden) ? 1.1 * pages + 20 : 0;
    expect(byIndex.calls).toBeLessThanOrEqual(Math.max(1.2 * pages, pages + straddling));
    const byCursor = createSource(entries, { countsHidden: true });
    await walkByCursor(startPager(), byCursor, 100);
    expect(byCursor.calls).toBeLessThanOrEqual(byIndex.calls);
  });

  it('cost one scan and at most two calls each when hidden entries cannot be counted', async () => {
    const entries = entriesOf(20_000).map((entry, index) => ({ ...entry, isHidden: index % 4 !== 0 }));
    const source = createSource(entries, { countsHidden: false });
    await walkByIndex(startPager(), source, 100);
    expect(source.calls).toBeLessThanOrEqual(20 + 2 * 50);
  });

  it('stay stable while entries are inserted before them', async () => {
    for (const countsHidden of [true, false]) {
      const pager = startPager();
      const source = createSource(entriesOf(30), { countsHidden });
      const read = (startIndex: number) =>
        pager.read(list(source), { startIndex, count: 10, projection: {} }, scopeOf());
      const first = await read(1);
      source.entries.unshift({ name: 'aaa' });
      const second = await read(11);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(entriesOf(20).map(({ name }) => name));
    }
  });

  it('are empty when the list has shrunk below them', async () => {
    const pager = startPager();
    const source = createSource(entriesOf(11), { countsHidden: true });
    const read = (startIndex: number) => pager.read(list(source), { startIndex, count: 10, projection: {} }, scopeOf());
    await read(1);
    source.entries.shift();
    expect(await read(11)).toMatchObject({ items: [], totalResults: 10 });
  });

  it('are refused when they need a scan beyond the limit', async () => {
    const query = { startIndex: 1, count: 10, projection: {} };
    const read = (source: ListSource<Resource>, extra: Partial<ListQuery> = {}) =>
      startPager().read(list(source), { ...query, ...extra }, scopeOf());
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    const tooMany = { status: 400, scimType: 'tooMany' };
    await expect(read(createSource(entriesOf(3_000), { countsHidden: false, scanLimit: 2_000 }))).rejects.toMatchObject(
      tooMany,
    );
    if (sort !== undefined) {
      await expect(
        read(createSource(entriesOf(3_000), { countsHidden: true, scanLimit: 2_000 }), { sort }),
      ).rejects.toMatchObject(tooMany);
    }
    await expect(read(createSource(entriesOf(3_000), { countsHidden: true, scanLimit: 2_000 }))).resolves.toMatchObject(
      { totalResults: 3_000 },
    );
  });

  it('are refused when the cursors of the list form a cycle', async () => {
    const page = (after: string | undefined) => ({
      items: [undefined],
      total: 9,
      after: after === 'b' ? 'a' : 'b',
    });
    const round: ListSource<Resource> = {
      idOf: ({ id }) => String(id),
      scanLimit: 1_000_000,
      page: async ({ after }) => page(after),
    };
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    for (const extra of [{}, { cursor: '' }, ...(sort === undefined ? [] : [{ sort }])]) {
      const query = { startIndex: 1, count: 10, projection: {}, ...extra };
      await expect(startPager().read(list(round), query, scopeOf())).rejects.toMatchObject({ kind: 'malformed' });
    }
  });

  it('are limited to the first ten thousand entries of a sorted list', async () => {
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    if (sort === undefined) throw new Error('no order');
    const read = (startIndex: number, size: number) =>
      startPager().read(
        list(createSource(entriesOf(size), { countsHidden: true })),
        { startIndex, count: 10, sort, projection: {} },
        scopeOf(),
      );
    expect((await read(9_991, 10_001)).items).toHaveLength(10);
    await expect(read(9_992, 10_001)).rejects.toMatchObject({ scimType: 'tooMany' });
    expect(await read(1_000_000, 9_000)).toMatchObject({ items: [], totalResults: 9_000 });
  });

  it('follow the order that the request selects', async () => {
    const sort = parseSort({ sortBy: 'id', sortOrder: 'descending' }, userResourceType);
    if (sort === undefined) throw new Error('no order');
    const source = createSource(entriesOf(2_500), { countsHidden: true });
    const read = (startIndex: number, from: ListSource<Resource> | readonly Resource[]) =>
      startPager().read(list(from), { startIndex, count: 3, sort, projection: {} }, scopeOf());
    const expected = [2499, 2498, 2497].map(nameOf);
    expect((await read(1, source)).items.map(({ id }) => id)).toEqual(expected);
    expect((await read(2_499, source)).items.map(({ id }) => id)).toEqual([1, 0].map(nameOf));
    const found = entriesOf(2_500).map(({ name }) => ({ id: name }));
    expect((await read(1, found)).items.map(({ id }) => id)).toEqual(expected);
  });
});

describe('a cursor', () => {
  const query = { startIndex: 1, count: 2, projection: {} };

  it('pages through the result of a look-up', async () => {
    const found = entriesOf(5).map(({ name }) => ({ id: name }));
    expect(await walkByCursor(startPager(), found, 2)).toEqual(found.map(({ id }) => id));
  });

  it('is valid on every replica, but only for its credential and its query', async () => {
    const source = createSource(entriesOf(5), { countsHidden: true });
    const first = await startPager().read(list(source), { ...query, cursor: '' }, scopeOf());
    const cursor = first.nextCursor ?? '';
    const second = await startPager().read(list(source), { ...query, cursor }, scopeOf());
    expect(second.items.map(({ id }) => id)).toEqual([2, 3].map(nameOf));
    const invalid = { status: 400, scimType: 'invalidCursor' };
    const active = parseFilter('active eq true', userResourceType, { tolerance: context.tolerance });
    const read = (text: string, filter?: Filter, credential = 'okta') =>
      startPager().read(list(source, filter), { ...query, cursor: text }, scopeOf(credential));
    await expect(read(cursor, active)).rejects.toMatchObject(invalid);
    await expect(read(cursor, undefined, 'entra')).rejects.toMatchObject(invalid);
    for (const forged of ['x', `${cursor.slice(0, -2)}AA`, cursor.slice(1), 'A'.repeat(80), '\u{1F600}']) {
      await expect(read(forged)).rejects.toMatchObject(invalid);
    }
  });

  it('expires after an hour', async () => {
    const now = { ms: 0 };
    const pager = startPager(now);
    const source = createSource(entriesOf(5), { countsHidden: true });
    const { nextCursor = '' } = await pager.read(list(source), { ...query, cursor: '' }, scopeOf());
    now.ms = 3_600_000;
    await expect(pager.read(list(source), { ...query, cursor: nextCursor }, scopeOf())).rejects.toMatchObject({
      status: 400,
      scimType: 'expiredCursor',
    });
  });
});
