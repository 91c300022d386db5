import { tooMany } from '@scim-gateway/scim';

/** The largest page that Collate answers. */
export const largestPage = 1000;

/** Everything that a list may show, in Collate's order. */
export interface ListSource<T> {
  page(query: PageQuery): Promise<ListPage<T>>;
  /** The number of Collate's entries that the list never shows; undefined if counting them takes a read of each. */
  readonly countHidden?: () => Promise<number>;
  idOf(item: T): string;
  /** The largest number of entries that one request may read. */
  readonly scanLimit: number;
}

/** One page of Collate's list, in its order. */
export interface ListPage<T> {
  /** One candidate for each entry of Collate's page; undefined for an entry that the list does not show. */
  readonly candidates: readonly (T | undefined)[];
  /** Collate's cursor of the next page; absent on the last one. */
  readonly after?: string;
  /** The number of entries that Collate counts in all, hidden ones included. */
  readonly total: number;
}

/** A page of Collate's: its cursor (absent for the first page) and its size. */
export interface PageQuery {
  readonly after?: string;
  readonly limit: number;
}

/** @throws ScimError `tooMany` when more entries were read than one request may read. */
export function assertWithinScanLimit(scanned: number, scanLimit: number): void {
  if (scanned <= scanLimit) return;
  throw tooMany(
    `This request would read more than ${scanLimit} entries of Collate's. Filter by userName, externalId, e-mail or displayName with eq, or page by cursor.`,
  );
}
