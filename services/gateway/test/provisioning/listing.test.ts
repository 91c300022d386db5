import { createMemoryStore } from '@scim-gateway/cache';
import { type Filter, parseFilter, parseSort, type Resource, userResourceType } from '@scim-gateway/scim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBookmarks } from '../../src/provisioning/lists/bookmarks.ts';
import { createLister, type Lister, type ListWindow } from '../../src/provisioning/lists/pager.ts';
import type { Catalogue } from '../../src/provisioning/lists/window.ts';
import type { ListQuery } from '../../src/provisioning/service.ts';
import type { Session } from '../../src/provisioning/session.ts';

/** Entries as Collate has them: in the order of their names; a hidden one is nobody's business. */
interface Entry {
  readonly name: string;
  readonly isHidden?: boolean;
}

interface CountingCatalogue extends Catalogue<Resource> {
  calls: number;
  entries: Entry[];
}

/** Pages by name, as Collate does. `countsHidden`: whether the total can be told without a look at each. */
function createCatalogue(entries: readonly Entry[], countsHidden: boolean, scanLimit = 1_000_000): CountingCatalogue {
  const catalogue: CountingCatalogue = {
    calls: 0,
    entries: [...entries],
    scanLimit,
    idOf: ({ id }) => String(id),
    page: async ({ after, limit }) => {
      catalogue.calls += 1;
      const rest = catalogue.entries.filter(({ name }) => after === undefined || name > after);
      const shown = rest.slice(0, limit);
      const candidates = shown.map(({ name, isHidden }) => (isHidden === true ? undefined : { id: name }));
      const last = shown.at(-1)?.name;
      const place = rest.length > shown.length && last !== undefined ? { after: last } : {};
      return { candidates, total: catalogue.entries.length, ...place };
    },
    ...(countsHidden
      ? { countHidden: async () => catalogue.entries.filter(({ isHidden }) => isHidden === true).length }
      : {}),
  };
  return catalogue;
}

const context = {
  principal: { credential: 'okta', provider: 'okta', profile: 'tolerant' },
  tolerance: { profile: 'tolerant' },
  requestId: 'r',
  signal: new AbortController().signal,
} as const;

function sessionOf(credential = 'okta'): Session {
  const principal = { ...context.principal, credential };
  return { upstream: { cacheScope: 'gateway' }, context: { ...context, principal }, call: {} } as unknown as Session;
}

function startLister(now = { ms: 0 }): Lister {
  const store = createMemoryStore({ maxEntries: 10_000 });
  return createLister({
    bookmarks: createBookmarks({ store, ttlMs: 60_000 }),
    cursorSecret: () => 'secret',
    clock: () => now.ms,
  });
}

const list = (source: Catalogue<Resource> | readonly Resource[], filter?: Filter) => ({
  type: 'users' as const,
  filter,
  source,
  toResource: (item: Resource) => item,
});

const nameOf = (index: number) => `user${String(index).padStart(6, '0')}`;
const people = (count: number): Entry[] => Array.from({ length: count }, (_, index) => ({ name: nameOf(index) }));

async function walkByIndex(lister: Lister, source: Catalogue<Resource>, count: number) {
  const ids: unknown[] = [];
  for (let startIndex = 1; ; startIndex += count) {
    const window = await lister.read(list(source), { startIndex, count, projection: {} }, sessionOf());
    ids.push(...window.items.map(({ id }) => id));
    if (startIndex + count > (window.totalResults ?? 0)) return { ids, totalResults: window.totalResults };
  }
}

async function walkByCursor(lister: Lister, source: Catalogue<Resource> | readonly Resource[], count: number) {
  const ids: unknown[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const window: ListWindow<Resource> = await lister.read(
      list(source),
      { startIndex: 1, count, cursor, projection: {} },
      sessionOf(),
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

describe('the windows of a list', () => {
  it.each([true, false])('partition it, whoever is hidden (total told by Collate: %s)', async (countsHidden) => {
    await fc.assert(
      fc.asyncProperty(entryLists, fc.integer({ min: 1, max: 12 }), async (entries, count) => {
        const shown = entries.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
        const byIndex = await walkByIndex(startLister(), createCatalogue(entries, countsHidden), count);
        expect(byIndex).toEqual({ ids: shown, totalResults: shown.length });
        expect(await walkByCursor(startLister(), createCatalogue(entries, countsHidden), count)).toEqual(shown);
      }),
    );
  });

  it('are the same wherever one begins to read', async () => {
    await fc.assert(
      fc.asyncProperty(entryLists, fc.nat(70), fc.nat(9), async (entries, start, count) => {
        const shown = entries.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
        for (const countsHidden of [true, false]) {
          const query = { startIndex: start + 1, count, projection: {} };
          const window = await startLister().read(list(createCatalogue(entries, countsHidden)), query, sessionOf());
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
  ])('cost a whole walk little more than the pages of the list: %s', async (_, isHidden) => {
    const entries = people(10_000).map((entry, index) => ({ ...entry, isHidden: isHidden(index) }));
    const byIndex = createCatalogue(entries, true);
    const { totalResults = 0 } = await walkByIndex(startLister(), byIndex, 100);
    const pages = totalResults / 100;
    const straddling = entries.some((entry) => entry.isHidden) ? 1.1 * pages + 20 : 0;
    expect(byIndex.calls).toBeLessThanOrEqual(Math.max(1.2 * pages, pages + straddling));
    const byCursor = createCatalogue(entries, true);
    await walkByCursor(startLister(), byCursor, 100);
    expect(byCursor.calls).toBeLessThanOrEqual(byIndex.calls);
  });

  it('cost a walk that must look at each a scan and, for each window, a page or two', async () => {
    const entries = people(20_000).map((entry, index) => ({ ...entry, isHidden: index % 4 !== 0 }));
    const catalogue = createCatalogue(entries, false);
    await walkByIndex(startLister(), catalogue, 100);
    expect(catalogue.calls).toBeLessThanOrEqual(20 + 2 * 50);
  });

  it('stay steady while others come in front', async () => {
    for (const countsHidden of [true, false]) {
      const lister = startLister();
      const catalogue = createCatalogue(people(30), countsHidden);
      const read = (startIndex: number) =>
        lister.read(list(catalogue), { startIndex, count: 10, projection: {} }, sessionOf());
      const first = await read(1);
      catalogue.entries.unshift({ name: 'aaa' });
      const second = await read(11);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(people(20).map(({ name }) => name));
    }
  });

  it('end where the list has shrunk below them', async () => {
    const lister = startLister();
    const catalogue = createCatalogue(people(11), true);
    const read = (startIndex: number) =>
      lister.read(list(catalogue), { startIndex, count: 10, projection: {} }, sessionOf());
    await read(1);
    catalogue.entries.shift();
    expect(await read(11)).toMatchObject({ items: [], totalResults: 10 });
  });

  it('are refused when too much would have to be looked at', async () => {
    const query = { startIndex: 1, count: 10, projection: {} };
    const read = (catalogue: Catalogue<Resource>, extra: Partial<ListQuery> = {}) =>
      startLister().read(list(catalogue), { ...query, ...extra }, sessionOf());
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    const tooMany = { status: 400, scimType: 'tooMany' };
    await expect(read(createCatalogue(people(3_000), false, 2_000))).rejects.toMatchObject(tooMany);
    if (sort !== undefined) {
      await expect(read(createCatalogue(people(3_000), true, 2_000), { sort })).rejects.toMatchObject(tooMany);
    }
    await expect(read(createCatalogue(people(3_000), true, 2_000))).resolves.toMatchObject({ totalResults: 3_000 });
  });

  it('are refused where the pages of the list go round in a circle', async () => {
    const page = (after: string | undefined) => ({
      candidates: [undefined],
      total: 9,
      after: after === 'b' ? 'a' : 'b',
    });
    const round: Catalogue<Resource> = {
      idOf: ({ id }) => String(id),
      scanLimit: 1_000_000,
      page: async ({ after }) => page(after),
    };
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    for (const extra of [{}, { cursor: '' }, ...(sort === undefined ? [] : [{ sort }])]) {
      const query = { startIndex: 1, count: 10, projection: {}, ...extra };
      await expect(startLister().read(list(round), query, sessionOf())).rejects.toMatchObject({ kind: 'malformed' });
    }
  });

  it('are shown of the first ten thousand of a sorted list', async () => {
    const sort = parseSort({ sortBy: 'id' }, userResourceType);
    if (sort === undefined) throw new Error('no order');
    const read = (startIndex: number, size: number) =>
      startLister().read(
        list(createCatalogue(people(size), true)),
        { startIndex, count: 10, sort, projection: {} },
        sessionOf(),
      );
    expect((await read(9_991, 10_001)).items).toHaveLength(10);
    await expect(read(9_992, 10_001)).rejects.toMatchObject({ scimType: 'tooMany' });
    expect(await read(1_000_000, 9_000)).toMatchObject({ items: [], totalResults: 9_000 });
  });

  it('are cut from the sorted list where an order is asked for', async () => {
    const sort = parseSort({ sortBy: 'id', sortOrder: 'descending' }, userResourceType);
    if (sort === undefined) throw new Error('no order');
    const source = createCatalogue(people(2_500), true);
    const read = (startIndex: number, from: Catalogue<Resource> | readonly Resource[]) =>
      startLister().read(list(from), { startIndex, count: 3, sort, projection: {} }, sessionOf());
    const expected = [2499, 2498, 2497].map(nameOf);
    expect((await read(1, source)).items.map(({ id }) => id)).toEqual(expected);
    expect((await read(2_499, source)).items.map(({ id }) => id)).toEqual([1, 0].map(nameOf));
    const found = people(2_500).map(({ name }) => ({ id: name }));
    expect((await read(1, found)).items.map(({ id }) => id)).toEqual(expected);
  });
});

describe('a cursor', () => {
  const query = { startIndex: 1, count: 2, projection: {} };

  it('walks what a look-up found, too', async () => {
    const found = people(5).map(({ name }) => ({ id: name }));
    expect(await walkByCursor(startLister(), found, 2)).toEqual(found.map(({ id }) => id));
  });

  it('is good on every replica, for the credential and the query it was given for', async () => {
    const catalogue = createCatalogue(people(5), true);
    const first = await startLister().read(list(catalogue), { ...query, cursor: '' }, sessionOf());
    const cursor = first.nextCursor ?? '';
    const second = await startLister().read(list(catalogue), { ...query, cursor }, sessionOf());
    expect(second.items.map(({ id }) => id)).toEqual([2, 3].map(nameOf));
    const invalid = { status: 400, scimType: 'invalidCursor' };
    const active = parseFilter('active eq true', userResourceType, { tolerance: context.tolerance });
    const read = (text: string, filter?: Filter, credential = 'okta') =>
      startLister().read(list(catalogue, filter), { ...query, cursor: text }, sessionOf(credential));
    await expect(read(cursor, active)).rejects.toMatchObject(invalid);
    await expect(read(cursor, undefined, 'entra')).rejects.toMatchObject(invalid);
    for (const forged of ['x', `${cursor.slice(0, -2)}AA`, cursor.slice(1), 'A'.repeat(80), '\u{1F600}']) {
      await expect(read(forged)).rejects.toMatchObject(invalid);
    }
  });

  it('expires', async () => {
    const now = { ms: 0 };
    const lister = startLister(now);
    const catalogue = createCatalogue(people(5), true);
    const { nextCursor = '' } = await lister.read(list(catalogue), { ...query, cursor: '' }, sessionOf());
    now.ms = 3_600_000;
    await expect(lister.read(list(catalogue), { ...query, cursor: nextCursor }, sessionOf())).rejects.toMatchObject({
      status: 400,
      scimType: 'expiredCursor',
    });
  });
});
