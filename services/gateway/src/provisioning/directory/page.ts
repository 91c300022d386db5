/** One page of Collate's list, in its order, as the directory shows it. */
export interface DirectoryPage<T> {
  /** One candidate for each entry of Collate's page; undefined where the entry is never shown, such as a bot. */
  readonly candidates: readonly (T | undefined)[];
  /** Collate's cursor of the next page; absent on the last one. */
  readonly after?: string;
  /** The number of entries that Collate counts in all, hidden ones included. */
  readonly total: number;
}

/** The first of some pages; the others are not fetched. */
export async function firstPage<P>(pages: AsyncIterable<P>): Promise<P> {
  for await (const page of pages) return page;
  throw new TypeError('A list has at least one page.');
}
