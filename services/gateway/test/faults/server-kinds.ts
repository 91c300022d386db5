import type { FaultWalk } from './fault-walk.ts';

/** The kinds of Collate server, each combined with different habits of the provider. */
export const serverKinds = {
  released: {
    name: 'of the released line',
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
    name: 'without a document store',
    simulator: { era: 'released', documentStore: false },
    habits: { looksFirst: true, looksBetween: false },
  },
} as const satisfies Record<string, Omit<FaultWalk, 'stride' | 'offset'>>;
