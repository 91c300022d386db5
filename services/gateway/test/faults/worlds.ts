import type { World } from './fault-walk.ts';

/** Every kind of Collate, each with other habits of the provider. */
export const worlds = {
  released: {
    name: 'released',
    simulator: { era: 'released' },
    habits: { looksFirst: true, looksBetween: false },
  },
  main: {
    name: 'of the main branch',
    simulator: { era: 'main' },
    habits: { looksFirst: false, looksBetween: true },
  },
  old: {
    name: 'of version 1.1',
    simulator: { era: '1.1' },
    habits: { looksFirst: true, looksBetween: true },
  },
  withoutDocuments: {
    name: 'released, but without a document store',
    simulator: { era: 'released', documentStore: false },
    habits: { looksFirst: true, looksBetween: false },
  },
} as const satisfies Record<string, Omit<World, 'stride' | 'offset'>>;
