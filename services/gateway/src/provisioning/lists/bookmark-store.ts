import type { Store } from '@scim-gateway/cache';
import type { Bookmark } from './window.ts';

/**
 * Where the windows of a list ended, so that the next window begins there: reading a whole list costs no more than its
 * pages. It also keeps paging steady: an entry that appears or disappears in front of the bookmark shifts nothing.
 */
export interface BookmarkStore {
  /** The position of this resource, when the window before it was shown. `binding` names the list. */
  find(binding: string, startIndex: number): Promise<Bookmark | undefined>;
  keep(binding: string, startIndex: number, bookmark: Bookmark): Promise<void>;
}

export function createBookmarkStore({
  store,
  ttlMs,
}: {
  readonly store: Store;
  readonly ttlMs: number;
}): BookmarkStore {
  const key = (binding: string, startIndex: number) => `bookmark/${binding}/${startIndex}`;
  return {
    find: async (binding, startIndex) => {
      const text = await store.get(key(binding, startIndex), []);
      return text === undefined ? undefined : JSON.parse(text);
    },
    keep: async (binding, startIndex, bookmark) => {
      const snapshot = await store.snapshot([]);
      if (snapshot === undefined) return;
      await store.set(key(binding, startIndex), JSON.stringify(bookmark), { ttlMs, snapshot });
    },
  };
}
