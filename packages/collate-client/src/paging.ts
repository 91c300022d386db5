import type { Page } from './api.ts';
import { CollateError } from './model/index.ts';

/** Entities per page when nothing else is asked for: few calls, each of a bearable size. */
export const defaultPageSize = 1000;

/** Fetches the page behind a cursor, or the first one. */
export type FetchPage<T> = (after: string | undefined) => Promise<Page<T>>;

/**
 * The pages of a list, each fetched when it is asked for. A cursor that comes twice would go round for ever, and means that
 * the server does not page as it should.
 */
export async function* followCursors<T>(
  operation: string,
  begin: string | undefined,
  fetchPage: FetchPage<T>,
): AsyncGenerator<Page<T>, void> {
  const seen = new Set<string>();
  let after = begin;
  do {
    if (after !== undefined) seen.add(after);
    const page = await fetchPage(after);
    yield page;
    after = page.after;
    if (after !== undefined && seen.has(after)) {
      throw new CollateError('malformed', { operation, explanation: 'the pages of the list go round in a circle' });
    }
  } while (after !== undefined);
}

/** A page from what came over the wire. */
export function toPage<Answer, T>(
  answer: {
    readonly data: readonly Answer[];
    readonly paging: { readonly total: number; readonly after?: string | null | undefined };
  },
  convert: (answer: Answer) => T,
): Page<T> {
  const { total, after } = answer.paging;
  const items = answer.data.map(convert);
  return after === null || after === undefined || after === '' ? { items, total } : { items, total, after };
}
