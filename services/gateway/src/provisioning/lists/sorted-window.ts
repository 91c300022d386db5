import { CursorGuard } from '@scim-gateway/collate-client/model';
import { compareSortKeys, type Sort, type SortKey, tooMany } from '@scim-gateway/scim';
import { assertWithinScanLimit, type ListSource, largestPage } from './source.ts';

/** The most resources that are kept in memory to sort them; a window beyond them is refused. */
const mostSorted = 10_000;

interface SortedRequest<T> {
  /** 1-based. */
  readonly startIndex: number;
  readonly count: number;
  readonly sort: Sort;
  readonly toKey: (item: T) => SortKey;
}

interface Keyed<T> {
  readonly item: T;
  readonly key: SortKey;
  readonly position: number;
}

/**
 * Reads one window of a list in an order that Collate does not know. It reads every entry, and keeps no more than the
 * window reaches.
 *
 * @throws ScimError `tooMany` when one request may not read all entries, or the window lies too far behind.
 */
export async function readSortedWindow<T>(
  source: ListSource<T>,
  { startIndex, count, sort, toKey }: SortedRequest<T>,
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const wanted = startIndex - 1 + count;
  const reach = Math.min(wanted, mostSorted);
  let kept: Keyed<T>[] = [];
  let total = 0;
  for await (const items of itemsOf(source)) {
    for (const [index, item] of items.entries()) kept.push({ item, key: toKey(item), position: total + index });
    total += items.length;
    if (kept.length > 2 * reach + largestPage) kept = firstOf(kept, reach, sort);
  }
  if (wanted > reach && total > reach) {
    throw tooMany(
      `A sorted list shows its first ${mostSorted} resources only. Narrow it by a filter, or leave out sortBy.`,
    );
  }
  return {
    items: firstOf(kept, reach, sort)
      .slice(startIndex - 1)
      .map(({ item }) => item),
    total,
  };
}

function firstOf<T>(kept: Keyed<T>[], count: number, sort: Sort): Keyed<T>[] {
  return kept
    .sort((left, right) => compareSortKeys(left.key, right.key, sort) || left.position - right.position)
    .slice(0, count);
}

/** What the list shows, page by page. */
async function* itemsOf<T>(source: ListSource<T>): AsyncGenerator<readonly T[], void> {
  const guard = new CursorGuard('list');
  let after: string | undefined;
  let scanned = 0;
  do {
    const page = await source.page({ ...(after === undefined ? {} : { after }), limit: largestPage });
    scanned += page.items.length;
    assertWithinScanLimit(scanned, source.scanLimit);
    yield page.items.filter((item) => item !== undefined);
    after = guard.follow(page.after);
  } while (after !== undefined);
}
