import { hash } from 'node:crypto';
import {
  compareSortKeys,
  type Filter,
  printFilter,
  type Resource,
  type Sort,
  type SortKey,
  toSortKey,
} from '@scim-gateway/scim';
import type { ListQuery, RequestContext } from '../service.ts';
import type { Session } from '../session.ts';
import type { Bookmarks } from './bookmarks.ts';
import { type Continuation, createCursorSeal } from './cursor.ts';
import { beginning, type Catalogue, type Mark, readSorted, readWindow } from './window.ts';

/** A list before a window is cut out of it. */
export interface Listable<T> {
  readonly type: 'users' | 'groups';
  readonly filter: Filter | undefined;
  /** What a look-up found; or where to look at everything. */
  readonly source: readonly T[] | Catalogue<T>;
  /** What a sorted list orders an item by. */
  toResource(item: T): Resource;
}

/** A window of a list; what it leaves out is not known, or not asked for. */
export interface ListWindow<T> {
  readonly items: readonly T[];
  readonly totalResults?: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** Cuts windows out of lists, by index or by cursor. */
export interface Lister {
  read<T>(list: Listable<T>, query: ListQuery, session: Session): Promise<ListWindow<T>>;
}

interface ListerOptions {
  readonly bookmarks: Bookmarks;
  /** What cursors are sealed with, where the provider's own bot does not act. */
  readonly cursorSecret: () => string;
  readonly clock: () => number;
}

/** A part of a list, and how to go on behind it. */
interface Cut<T> {
  readonly items: readonly T[];
  readonly total: number | undefined;
  readonly next: Continuation | undefined;
}

export function createLister(options: ListerOptions): Lister {
  return {
    read: async (list, query, session) => {
      if (query.cursor === undefined) {
        const { items, total = 0 } = await cutAtIndex(list, query, session, options.bookmarks);
        return { items, totalResults: total, startIndex: query.startIndex };
      }
      const binding = toBinding(list, query, session);
      const seal = createCursorSeal(secretFor(session.context, options), options.clock);
      const from: Continuation = query.cursor === '' ? { mark: beginning } : seal.open(query.cursor, binding);
      const { items, total, next } = await cutAt(list, query, from);
      return {
        items,
        ...(total === undefined ? {} : { totalResults: total }),
        ...(next === undefined ? {} : { nextCursor: seal.seal(next, binding) }),
      };
    },
  };
}

async function cutAtIndex<T>(
  list: Listable<T>,
  query: ListQuery,
  session: Session,
  bookmarks: Bookmarks,
): Promise<Cut<T>> {
  const { startIndex, count } = query;
  if (!isCatalogue(list.source) || query.sort !== undefined) return cutAt(list, query, { index: startIndex });
  const catalogue = list.source;
  const binding = toBinding(list, query, session);
  const mark = startIndex > 1 ? await bookmarks.find(binding, startIndex) : undefined;
  const part = await readWindow(catalogue, {
    from: mark ?? beginning,
    toSkip: mark === undefined ? startIndex - 1 : 0,
    count,
    counts: mark === undefined && catalogue.countHidden === undefined,
  });
  if (part.next !== undefined) await bookmarks.keep(binding, startIndex + part.items.length, part.next);
  // A bookmark is older than the count: where the list has shrunk below it, nobody is left.
  const isBehind = part.total !== undefined && startIndex > part.total;
  return { items: isBehind ? [] : part.items, total: part.total, next: undefined };
}

async function cutAt<T>(list: Listable<T>, query: ListQuery, from: Continuation): Promise<Cut<T>> {
  const { source } = list;
  if (isCatalogue(source) && query.sort === undefined) return cutAtMark(source, query, from);
  const startIndex = 'index' in from ? from.index : 1;
  const { items, total } = await readIndexed(list, { startIndex, count: query.count }, query);
  const behind = startIndex + items.length;
  return { items, total, next: behind <= total ? { index: behind } : undefined };
}

async function cutAtMark<T>(catalogue: Catalogue<T>, query: ListQuery, from: Continuation): Promise<Cut<T>> {
  const mark: Mark = 'mark' in from ? from.mark : beginning;
  const part = await readWindow(catalogue, { from: mark, toSkip: 0, count: query.count, counts: false });
  return {
    items: part.items,
    total: part.total,
    next: part.isLast || part.next === undefined ? undefined : { mark: part.next },
  };
}

async function readIndexed<T>(
  { source, toResource }: Listable<T>,
  window: { readonly startIndex: number; readonly count: number },
  { sort }: ListQuery,
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const toKey = (order: Sort) => (item: T) => toSortKey(toResource(item), order);
  if (isCatalogue(source)) {
    if (sort === undefined) throw new TypeError('a catalogue is read by marks unless it is sorted');
    return readSorted(source, window, sort, toKey(sort));
  }
  const sorted = sort === undefined ? source : sortBy(source, sort, toKey(sort));
  const start = window.startIndex - 1;
  return { items: sorted.slice(start, start + window.count), total: source.length };
}

function sortBy<T>(items: readonly T[], sort: Sort, toKey: (item: T) => SortKey): readonly T[] {
  return [...items].sort((left, right) => compareSortKeys(toKey(left), toKey(right), sort));
}

function isCatalogue<T>(source: readonly T[] | Catalogue<T>): source is Catalogue<T> {
  return 'page' in source;
}

/** What a cursor or bookmark is good for: this list in this order, for this provider, as it sees Collate. */
function toBinding<T>({ type, filter }: Listable<T>, { sort }: ListQuery, { upstream, context }: Session): string {
  const { principal, tolerance } = context;
  const list = [type, filter === undefined ? '' : printFilter(filter)];
  const order = sort === undefined ? [] : [sort.path.text, sort.descending];
  const parts = [upstream.cacheScope, principal.credential, tolerance.profile, ...list, ...order];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

function secretFor({ principal }: RequestContext, { cursorSecret }: ListerOptions): string {
  return principal.collateToken?.() ?? cursorSecret();
}
