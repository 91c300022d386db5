import { hash } from 'node:crypto';
import type { Store } from '@scim-gateway/cache';
import { compareSortKeys, printFilter, type Sort, type SortKey, toSortKey } from '@scim-gateway/scim';
import type { ListQuery, RequestContext } from '../service.ts';
import { type BookmarkStore, createBookmarkStore } from './bookmark-store.ts';
import { type Continuation, createCursorSeal } from './cursor.ts';
import type { List } from './list.ts';
import { readSortedWindow } from './sorted-window.ts';
import type { ListSource } from './source.ts';
import { beginning, readWindow } from './window.ts';

/** One window of a list. */
export interface ListWindow<T> {
  readonly items: readonly T[];
  /** Absent when the resources were not counted. */
  readonly totalResults?: number;
  /** Present when the client pages by index. */
  readonly startIndex?: number;
  /** Present when the client pages by cursor and more resources follow. */
  readonly nextCursor?: string;
}

/** The part of a session that paging works with. */
export interface PagerScope {
  readonly context: RequestContext;
  readonly upstream: { readonly cacheScope: string };
}

/** Answers windows of lists, by index or by cursor. */
export interface Pager {
  read<T>(list: List<T>, query: ListQuery, scope: PagerScope): Promise<ListWindow<T>>;
}

interface PagerOptions {
  readonly store: Store;
  /** The lifetime of a bookmark. */
  readonly ttlMs: number;
  /** The secret that cursors are sealed with, unless the provider's own bot acts: then its token is. */
  readonly cursorSecret: () => string;
  readonly clock: () => number;
}

/** A window, and where the list goes on behind it. */
interface Section<T> {
  readonly items: readonly T[];
  readonly total: number | undefined;
  readonly next: Continuation | undefined;
}

export function createPager(options: PagerOptions): Pager {
  const bookmarks = createBookmarkStore(options);
  return {
    read: async (list, query, scope) => {
      if (query.cursor === undefined) {
        const { items, total = 0 } = await readAtIndex(list, query, scope, bookmarks);
        return { items, totalResults: total, startIndex: query.startIndex };
      }
      const binding = toBinding(list, query, scope);
      const seal = createCursorSeal(secretFor(scope.context, options), options.clock);
      const from: Continuation = query.cursor === '' ? { bookmark: beginning } : seal.open(query.cursor, binding);
      const { items, total, next } = await readAt(list, query, from);
      return {
        items,
        ...(total === undefined ? {} : { totalResults: total }),
        ...(next === undefined ? {} : { nextCursor: seal.seal(next, binding) }),
      };
    },
  };
}

async function readAtIndex<T>(
  list: List<T>,
  query: ListQuery,
  scope: PagerScope,
  bookmarks: BookmarkStore,
): Promise<Section<T>> {
  const { startIndex, count } = query;
  const { source } = list;
  if (!isSource(source) || query.sort !== undefined) return readAt(list, query, { index: startIndex });
  const binding = toBinding(list, query, scope);
  const bookmark = startIndex > 1 ? await bookmarks.find(binding, startIndex) : undefined;
  const window = await readWindow(source, {
    from: bookmark ?? beginning,
    toSkip: bookmark === undefined ? startIndex - 1 : 0,
    count,
    readsAll: bookmark === undefined && source.countHidden === undefined,
  });
  if (window.next !== undefined) await bookmarks.keep(binding, startIndex + window.items.length, window.next);
  // A bookmark may be older than the count: where the list has shrunk below startIndex, the window is empty.
  const isBehind = window.total !== undefined && startIndex > window.total;
  return { items: isBehind ? [] : window.items, total: window.total, next: undefined };
}

async function readAt<T>(list: List<T>, query: ListQuery, from: Continuation): Promise<Section<T>> {
  const { source } = list;
  if (isSource(source) && query.sort === undefined) return readAtBookmark(source, query, from);
  const startIndex = 'index' in from ? from.index : 1;
  const { items, total } = await readPositions(list, startIndex, query);
  const behind = startIndex + items.length;
  return { items, total, next: behind <= total ? { index: behind } : undefined };
}

async function readAtBookmark<T>(
  source: ListSource<T>,
  { count }: ListQuery,
  continuation: Continuation,
): Promise<Section<T>> {
  const from = 'bookmark' in continuation ? continuation.bookmark : beginning;
  const { items, total, next, isLast } = await readWindow(source, { from, toSkip: 0, count, readsAll: false });
  return { items, total, next: isLast || next === undefined ? undefined : { bookmark: next } };
}

/** A window of a list that is sorted, or whose items are all there. */
async function readPositions<T>(
  { source, toResource }: List<T>,
  startIndex: number,
  { count, sort }: ListQuery,
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const toKey = (order: Sort) => (item: T) => toSortKey(toResource(item), order);
  if (isSource(source)) {
    if (sort === undefined) throw new TypeError('An unsorted source is read by bookmarks.');
    return readSortedWindow(source, { startIndex, count, sort, toKey: toKey(sort) });
  }
  const sorted = sort === undefined ? source : sortBy(source, sort, toKey(sort));
  return { items: sorted.slice(startIndex - 1, startIndex - 1 + count), total: source.length };
}

function sortBy<T>(items: readonly T[], sort: Sort, toKey: (item: T) => SortKey): readonly T[] {
  return [...items].sort((left, right) => compareSortKeys(toKey(left), toKey(right), sort));
}

function isSource<T>(source: readonly T[] | ListSource<T>): source is ListSource<T> {
  return 'page' in source;
}

/** What a cursor or bookmark belongs to: this list in this order, as this credential sees Collate. */
function toBinding<T>({ type, filter }: List<T>, { sort }: ListQuery, { upstream, context }: PagerScope): string {
  const { principal, tolerance } = context;
  const list = [type, filter === undefined ? '' : printFilter(filter)];
  const order = sort === undefined ? [] : [sort.path.text, sort.descending];
  const parts = [upstream.cacheScope, principal.credential, tolerance.profile, ...list, ...order];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

function secretFor({ principal }: RequestContext, { cursorSecret }: PagerOptions): string {
  return principal.collateToken?.() ?? cursorSecret();
}
