import type { Store } from './store.ts';

/** The operations of a store. */
export const storeOperations = ['get', 'set', 'snapshot', 'invalidate'] as const;
export type StoreOperation = (typeof storeOperations)[number];

/** Reports the duration of each operation of a store, in milliseconds. */
export function withStoreObservation(
  store: Store,
  onOperation: (operation: StoreOperation, milliseconds: number) => void,
): Store {
  const timed = async <T>(operation: StoreOperation, run: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await run();
    } finally {
      onOperation(operation, performance.now() - began);
    }
  };
  return {
    get: (key, tags) => timed('get', () => store.get(key, tags)),
    getMany: (lookups) => timed('get', () => store.getMany(lookups)),
    snapshot: (tags) => timed('snapshot', () => store.snapshot(tags)),
    set: (key, value, options) => timed('set', () => store.set(key, value, options)),
    invalidate: (tags) => timed('invalidate', () => store.invalidate(tags)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
