import type { Page } from '@scim-gateway/collate-client';
import { CursorGuard } from '@scim-gateway/collate-client/model';
import { assertWithinScanLimit, type ListSource, largestPage } from './source.ts';

/** A position between two entries of a list, in terms of Collate's pages. */
export interface Bookmark {
  /** Collate's cursor of the page that the position lies in; absent for the first page. */
  readonly after?: string;
  /** The number of entries of that page in front of the position. */
  readonly skip: number;
  /** The id of the last shown entry in front of the position: it is found again when the page has grown meanwhile. */
  readonly anchor?: string;
  /** The share of Collate's entries that were shown so far; the size of the next page follows from it. */
  readonly density: number;
  /** The number of resources in the whole list, where counting them took a read of each entry. */
  readonly total?: number;
}

/** The position in front of the first entry. */
export const beginning: Bookmark = { skip: 0, density: 1 };

/** The part of a list that is asked for. */
export interface WindowRequest {
  readonly from: Bookmark;
  /** The number of resources to leave out behind the bookmark. */
  readonly toSkip: number;
  readonly count: number;
  /** Whether to read on to the end, because counting the resources takes a read of each. */
  readonly readsAll: boolean;
}

/** The resources of one window. */
export interface Window<T> {
  readonly items: readonly T[];
  /** Undefined when counting the resources takes a read of each, and the request does not ask for that. */
  readonly total: number | undefined;
  /** The position behind the last resource; undefined when the window is empty. */
  readonly next: Bookmark | undefined;
  /** Whether nothing lies behind the window. */
  readonly isLast: boolean;
}

/** A page to be read, and the entries of it that earlier windows showed. */
interface Place {
  readonly after: string | undefined;
  readonly skip: number;
  readonly anchor?: string | undefined;
}

/** What the pages read so far hold. */
interface Progress<T> {
  readonly items: readonly T[];
  /** The number of Collate's entries read. */
  readonly scanned: number;
  /** The number of those that the list shows. */
  readonly seen: number;
  /** The position behind the last item; undefined before the first. */
  readonly end: (Place & { readonly isLast: boolean }) | undefined;
  /** The requested size of the last page if the list shows none of its entries; else 0. */
  readonly emptyLimit: number;
  /** Collate's count of entries. */
  readonly upstreamTotal: number | undefined;
}

/**
 * Reads one window of a list, at the cost of the pages it lies on and of those between the bookmark and it.
 *
 * @throws ScimError `tooMany` when it would have to read more entries than the source permits.
 */
export async function readWindow<T>(source: ListSource<T>, request: WindowRequest): Promise<Window<T>> {
  const guard = new CursorGuard('list');
  const { after, skip, anchor } = request.from;
  let place: Place = { after: guard.follow(after), skip, anchor };
  let progress: Progress<T> = {
    items: [],
    scanned: 0,
    seen: 0,
    end: undefined,
    emptyLimit: 0,
    upstreamTotal: undefined,
  };
  for (;;) {
    const limit = chooseLimit(progress, place, request, source);
    const page = await source.page({ ...cursorOf(place), limit });
    progress = { ...takePage(progress, page, { place, request, source, limit }), upstreamTotal: page.total };
    assertWithinScanLimit(progress.scanned, source.scanLimit);
    place = { after: guard.follow(page.after), skip: 0 };
    const isComplete = !request.readsAll && (isFull(progress, request) || request.toSkip >= page.total);
    if (page.after === undefined || isComplete) return toWindow(progress, request, source);
  }
}

/** A page size that fills the window and reads little else. */
function chooseLimit<T>(
  progress: Progress<T>,
  place: Place,
  { readsAll, toSkip, count, from }: WindowRequest,
  source: ListSource<T>,
): number {
  if (readsAll) return largestPage;
  const missing = Math.max(0, toSkip - progress.seen) + count - progress.items.length;
  const density = source.countHidden === undefined ? densityOf(progress, from) : 1;
  const wanted = place.skip + Math.ceil(missing / density);
  // After a page that showed nothing, doubling keeps the number of pages small.
  return Math.min(largestPage, Math.max(1, place.skip + 1, wanted, 2 * progress.emptyLimit));
}

interface PageContext<T> {
  readonly place: Place;
  readonly request: WindowRequest;
  readonly source: ListSource<T>;
  readonly limit: number;
}

function takePage<T>(
  progress: Progress<T>,
  page: Page<T | undefined>,
  { place, request, source, limit }: PageContext<T>,
): Progress<T> {
  const { items: candidates } = page;
  const first = firstNewEntry(candidates, place, source);
  const items = [...progress.items];
  let { seen, end } = progress;
  for (const [index, item] of candidates.entries()) {
    if (index < first || item === undefined) continue;
    seen += 1;
    if (seen <= request.toSkip || items.length >= request.count) continue;
    items.push(item);
    end = placeBehind(index, page, { after: place.after, anchor: source.idOf(item) });
  }
  const scanned = progress.scanned + Math.max(0, candidates.length - first);
  return { ...progress, items, seen, end, scanned, emptyLimit: seen === progress.seen ? limit : 0 };
}

/** Behind the anchor if the page still holds it, else behind as many entries as were shown before. */
function firstNewEntry<T>(
  candidates: readonly (T | undefined)[],
  { skip, anchor }: Place,
  source: ListSource<T>,
): number {
  if (anchor === undefined) return skip;
  const index = candidates.findIndex((item) => item !== undefined && source.idOf(item) === anchor);
  return index === -1 ? skip : index + 1;
}

function placeBehind<T>(
  index: number,
  page: Page<T | undefined>,
  { after, anchor }: { readonly after: string | undefined; readonly anchor: string },
): Progress<T>['end'] {
  const isAtEnd = index + 1 === page.items.length;
  if (isAtEnd && page.after !== undefined) return { after: page.after, skip: 0, isLast: false };
  return { after, skip: index + 1, anchor, isLast: isAtEnd };
}

async function toWindow<T>(progress: Progress<T>, request: WindowRequest, source: ListSource<T>): Promise<Window<T>> {
  const total = await countAll(progress, request, source);
  const { end, items } = progress;
  if (end === undefined) return { items, total, next: undefined, isLast: true };
  const { skip, anchor, isLast } = end;
  const next = {
    ...cursorOf(end),
    skip,
    ...(anchor === undefined ? {} : { anchor }),
    density: densityOf(progress, request.from),
    // A count by Collate is read anew with each window.
    ...(source.countHidden !== undefined || total === undefined ? {} : { total }),
  };
  return { items, total, next, isLast: isLast || !isFull(progress, request) };
}

async function countAll<T>(
  { seen, upstreamTotal }: Progress<T>,
  { readsAll, from }: WindowRequest,
  { countHidden }: ListSource<T>,
): Promise<number | undefined> {
  if (readsAll) return seen;
  if (from.total !== undefined || countHidden === undefined || upstreamTotal === undefined) return from.total;
  return Math.max(0, upstreamTotal - (await countHidden()));
}

function isFull<T>({ items }: Progress<T>, { count }: WindowRequest): boolean {
  return items.length >= count;
}

function densityOf<T>({ seen, scanned }: Progress<T>, from: Bookmark): number {
  return scanned === 0 ? from.density : Math.max(seen, 1) / scanned;
}

function cursorOf({ after }: Place): { readonly after?: string } {
  return after === undefined ? {} : { after };
}
