/** The first of some pages; the others are not fetched. */
export async function firstPage<P>(pages: AsyncIterable<P>): Promise<P> {
  for await (const page of pages) return page;
  throw new TypeError('A list has at least one page.');
}
