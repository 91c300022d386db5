import type { Page } from './api.ts';
import { CursorGuard } from './model/index.ts';

/** Entities per page by default: few calls, each of a moderate size. */
export const defaultPageSize = 1000;

/** Fetches the page after a cursor; the first page without one. */
export type FetchPage<T> = (after: string | undefined) => Promise<Page<T>>;

/**
 * The pages of a list, each fetched on demand.
 *
 * @throws CollateError `malformed` when the server repeats a cursor.
 */
export async function* followCursors<T>(
  operation: string,
  begin: string | undefined,
  fetchPage: FetchPage<T>,
): AsyncGenerator<Page<T>, void> {
  const guard = new CursorGuard(operation);
  let after = guard.follow(begin);
  do {
    const page = await fetchPage(after);
    yield page;
    after = guard.follow(page.after);
  } while (after !== undefined);
}

/** Converts a page of the wire format. */
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
