import type { Page } from '@scim-gateway/collate-client';
import { tooMany } from '@scim-gateway/scim';

/** The largest page that Collate answers. */
export const largestPage = 1000;

/** Everything that a list may show, in Collate's order. */
export interface ListSource<T> {
  /** One page in Collate's order; undefined in the place of an entry that the list does not show. */
  page(query: PageQuery): Promise<Page<T | undefined>>;
  /** The number of Collate's entries that the list never shows; undefined if counting them takes a read of each. */
  readonly countHidden?: () => Promise<number>;
  idOf(item: T): string;
  /** The largest number of entries that one request may read. */
  readonly scanLimit: number;
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
