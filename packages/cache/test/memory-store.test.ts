import { createMemoryStore, type Store } from '../src/index.ts';
import { describeStore } from '../src/testing/store-contract.ts';

const stores: Store[] = [];

describeStore('the memory store', {
  create: async () => {
    const store = createMemoryStore({ maxEntries: 100 });
    stores.push(store);
    return store;
  },
  reset: async () => {
    for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
  },
});
