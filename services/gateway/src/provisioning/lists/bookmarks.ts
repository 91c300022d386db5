import type { Store } from '@scim-gateway/cache';
import type { Mark } from './window.ts';

/**
 * Where windows of lists ended, so that the next window begins there: a walk through a list costs no more than the list. It also
 * keeps a walk steady: who comes or goes in front of the mark moves nobody.
 */
export interface Bookmarks {
  /** Where the resource at this position was, when the window before it was shown. */
  find(binding: string, startIndex: number): Promise<Mark | undefined>;
  keep(binding: string, startIndex: number, mark: Mark): Promise<void>;
}

export function createBookmarks({ store, ttlMs }: { readonly store: Store; readonly ttlMs: number }): Bookmarks {
  const key = (binding: string, startIndex: number) => `bookmark/${binding}/${startIndex}`;
  return {
    find: async (binding, startIndex) => {
      const text = await store.get(key(binding, startIndex), []);
      return text === undefined ? undefined : JSON.parse(text);
    },
    keep: async (binding, startIndex, mark) => {
      const snapshot = await store.snapshot([]);
      if (snapshot !== undefined) await store.set(key(binding, startIndex), JSON.stringify(mark), { ttlMs, snapshot });
    },
  };
}
