import type { Page } from './api.ts';
import { CollateError } from './model/index.ts';

/** Entities per page where the caller does not say. */
export const defaultPageSize = 1000;

/**
 * The pages of a list, one at a time and only as far as they are asked for.
 *
 * @throws CollateError `malformed` when a server hands out the same cursor again, which would never end.
 */
export async function* followCursors<T>(
  operation: string,
  first: string | undefined,
  load: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<Page<T>> {
  let after = first;
  for (;;) {
    const page = await load(after);
    yield page;
    if (page.after === undefined) return;
    if (page.after === after)
      throw new CollateError('malformed', { operation, explanation: 'the same page follows itself' });
    after = page.after;
  }
}
