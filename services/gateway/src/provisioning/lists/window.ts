import { CollateError } from '@scim-gateway/collate-client/model';
import { compareSortKeys, type Sort, type SortKey, tooMany } from '@scim-gateway/scim';

/** Where a list can be gone on with. */
export interface Mark {
  /** Collate's cursor of the page in which to go on; absent for the first one. */
  readonly after?: string;
  /** How many entries of that page were dealt with before. */
  readonly skip: number;
  /** The last one of those that was shown: the page may have grown in front of it meanwhile. */
  readonly anchor?: string;
  /** How many of Collate's entries were shown, of those looked at; it tells how many to ask for. */
  readonly density: number;
  /** How many resources the whole list has, where counting them took a look at each. */
  readonly total?: number;
}

/** One page of Collate's, in its order: what of it belongs to the list, and undefined in the place of what does not. */
export interface CataloguePage<T> {
  readonly candidates: readonly (T | undefined)[];
  readonly after?: string;
  /** How many entries Collate counts in all, those that are not shown included. */
  readonly total: number;
}

/** The entries that a list is made of. */
export interface Catalogue<T> {
  page(query: { readonly after?: string; readonly limit: number }): Promise<CataloguePage<T>>;
  /** How many of Collate's total do not belong to the list; undefined when only a look at each can tell. */
  readonly countHidden?: () => Promise<number>;
  idOf(item: T): string;
  /** More entries than these are not looked at for one answer. */
  readonly scanLimit: number;
}

/** Which part of a list is wanted. */
export interface Window {
  readonly from: Mark;
  /** How many to leave out behind the mark. */
  readonly toSkip: number;
  readonly count: number;
  /** Whether a look at each entry is needed to count them. */
  readonly counts: boolean;
}

/** A part of a list. */
export interface Part<T> {
  readonly items: readonly T[];
  /** Undefined where counting was not asked for and Collate's own count does not tell. */
  readonly total: number | undefined;
  /** Where it goes on; undefined when nothing was shown. */
  readonly next: Mark | undefined;
  /** Whether there was nothing behind it. */
  readonly isLast: boolean;
}

export const beginning: Mark = { skip: 0, density: 1 };
const largestPage = 1000;
/** So many resources are kept to sort them; a window that lies behind them is not shown. */
const mostSorted = 10_000;

/**
 * One window of a list, at the cost of the pages it lies on and of those between the mark and it.
 *
 * @throws ScimError `tooMany` when more entries would have to be looked at than the catalogue permits.
 */
export async function readWindow<T>(catalogue: Catalogue<T>, window: Window): Promise<Part<T>> {
  const walk = new Walk(catalogue, window);
  while (await walk.turnPage());
  return walk.finish();
}

/**
 * One window of a list in an order that Collate does not know: every entry is looked at, no more are kept than the window reaches.
 *
 * @throws ScimError `tooMany`, as `readWindow`.
 */
export async function readSorted<T>(
  catalogue: Catalogue<T>,
  window: { readonly startIndex: number; readonly count: number },
  sort: Sort,
  toKey: (item: T) => SortKey,
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const wanted = window.startIndex - 1 + window.count;
  const reach = Math.min(wanted, mostSorted);
  let kept: { readonly item: T; readonly key: SortKey; readonly position: number }[] = [];
  let total = 0;
  const shorten = () => {
    kept.sort((left, right) => compareSortKeys(left.key, right.key, sort) || left.position - right.position);
    kept = kept.slice(0, reach);
  };
  for await (const { candidates } of pagesOf(catalogue)) {
    for (const item of candidates) {
      if (item === undefined) continue;
      total += 1;
      kept.push({ item, key: toKey(item), position: total });
    }
    if (kept.length > 2 * reach + largestPage) shorten();
  }
  shorten();
  if (wanted > reach && total > reach) {
    throw tooMany(
      `Of a sorted list the first ${mostSorted} resources are shown; narrow it by a filter, or do not sort.`,
    );
  }
  return { items: kept.slice(window.startIndex - 1).map(({ item }) => item), total };
}

async function* pagesOf<T>(catalogue: Catalogue<T>): AsyncGenerator<CataloguePage<T>, void> {
  const trail = new Trail();
  let after: string | undefined;
  let scanned = 0;
  do {
    const page = await catalogue.page(toQuery(after, largestPage));
    scanned += page.candidates.length;
    assertBearable(scanned, catalogue.scanLimit);
    yield page;
    after = trail.follow(page.after);
  } while (after !== undefined);
}

/** The cursors that were followed for one answer. */
class Trail {
  readonly #followed = new Set<string>();

  /** @throws CollateError `malformed` for a cursor that was followed before: the list would have no end. */
  follow(after: string | undefined): string | undefined {
    if (after === undefined) return undefined;
    if (this.#followed.has(after))
      throw new CollateError('malformed', {
        operation: 'list',
        explanation: 'the pages of the list go round in a circle',
      });
    this.#followed.add(after);
    return after;
  }
}

/** Going through a catalogue for one window. */
class Walk<T> {
  readonly #catalogue: Catalogue<T>;
  readonly #window: Window;
  readonly #items: T[] = [];
  readonly #trail = new Trail();
  #after: string | undefined;
  #drop: number;
  #anchor: string | undefined;
  #scanned = 0;
  /** How many that belong to the list were met. */
  #seen = 0;
  #lastPageWasEmpty = false;
  #lastLimit = 0;
  #total: number | undefined;
  #next: Omit<Mark, 'density'> | undefined;
  #isLast = true;

  constructor(catalogue: Catalogue<T>, window: Window) {
    this.#catalogue = catalogue;
    this.#window = window;
    this.#after = this.#trail.follow(window.from.after);
    this.#drop = window.from.skip;
    this.#anchor = window.from.anchor;
  }

  /** Looks at one more page; false when no other is needed. */
  async turnPage(): Promise<boolean> {
    const { counts, toSkip } = this.#window;
    const limit = this.#limit();
    const page = await this.#catalogue.page(toQuery(this.#after, limit));
    this.#total = page.total;
    this.#lastLimit = limit;
    this.#take(page);
    assertBearable(this.#scanned, this.#catalogue.scanLimit);
    this.#after = this.#trail.follow(page.after);
    this.#drop = 0;
    this.#anchor = undefined;
    if (page.after === undefined) return false;
    if (counts) return true;
    return !this.#isFull() && toSkip < page.total;
  }

  async finish(): Promise<Part<T>> {
    const { counts, from } = this.#window;
    const total = counts ? this.#seen : from.total;
    const { countHidden } = this.#catalogue;
    const isUpstreams = total === undefined && countHidden !== undefined && this.#total !== undefined;
    const shown = isUpstreams ? Math.max(0, (this.#total ?? 0) - (await countHidden())) : total;
    const counted = isUpstreams || shown === undefined ? {} : { total: shown };
    const next = this.#next === undefined ? undefined : { ...this.#next, density: this.#density(), ...counted };
    return { items: this.#items, total: shown, next, isLast: this.#isLast || !this.#isFull() };
  }

  #take(page: CataloguePage<T>): void {
    const { candidates } = page;
    const { toSkip } = this.#window;
    const seenBefore = this.#seen;
    const begin = this.#beginOf(candidates);
    let last: { readonly index: number; readonly item: T } | undefined;
    for (let index = begin; index < candidates.length; index += 1) {
      const candidate = candidates[index];
      if (candidate === undefined) continue;
      this.#seen += 1;
      if (this.#seen <= toSkip || this.#isFull()) continue;
      this.#items.push(candidate);
      last = { index, item: candidate };
    }
    this.#scanned += Math.max(0, candidates.length - begin);
    this.#lastPageWasEmpty = this.#seen === seenBefore;
    if (last !== undefined) this.#markBehind(last.index, last.item, page);
  }

  /** Where in the page to begin: behind the anchor if it is there, else behind as many as were dealt with. */
  #beginOf(candidates: readonly (T | undefined)[]): number {
    if (this.#anchor === undefined) return this.#drop;
    const index = candidates.findIndex((item) => item !== undefined && this.#catalogue.idOf(item) === this.#anchor);
    return index === -1 ? this.#drop : index + 1;
  }

  #markBehind(index: number, item: T, { candidates, after }: CataloguePage<T>): void {
    const isAtEnd = index + 1 === candidates.length;
    this.#isLast = isAtEnd && after === undefined;
    this.#next =
      isAtEnd && after !== undefined
        ? { after, skip: 0 }
        : { ...toAfter(this.#after), skip: index + 1, anchor: this.#catalogue.idOf(item) };
  }

  #isFull(): boolean {
    return this.#items.length >= this.#window.count;
  }

  #density(): number {
    return this.#scanned === 0 ? this.#window.from.density : Math.max(this.#seen, 1) / Math.max(this.#scanned, 1);
  }

  /** So many that the window is filled and little else fetched. */
  #limit(): number {
    const { counts, toSkip, count } = this.#window;
    if (counts) return largestPage;
    const missing = Math.max(0, toSkip - this.#seen) + count - this.#items.length;
    const density = this.#catalogue.countHidden === undefined ? this.#density() : 1;
    const wanted = this.#drop + Math.ceil(missing / density);
    // Where nothing of a page was shown, small steps would be many.
    return Math.min(largestPage, Math.max(1, this.#drop + 1, wanted, this.#lastPageWasEmpty ? 2 * this.#lastLimit : 0));
  }
}

function assertBearable(scanned: number, scanLimit: number): void {
  if (scanned <= scanLimit) return;
  throw tooMany(
    `To answer this the gateway would have to look at more than ${scanLimit} entries of Collate's; ask for userName, externalId, e-mail or displayName with eq, or page by cursor.`,
  );
}

function toQuery(after: string | undefined, limit: number): { readonly after?: string; readonly limit: number } {
  return { ...toAfter(after), limit };
}

function toAfter(after: string | undefined): { readonly after?: string } {
  return after === undefined ? {} : { after };
}

/** The first of some pages; the others are not fetched. */
export async function firstPage<P>(pages: AsyncIterable<P>): Promise<P> {
  for await (const page of pages) return page;
  throw new TypeError('a list has at least one page');
}
