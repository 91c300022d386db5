import type { FaultWalk } from './fault-walk.ts';

/** The kinds of Collate server, each combined with different habits of the provider. */
export const serverKinds = {
  released: {
    name: 'of the released line',
    simulator: { generation: '1.12' },
    habits: { looksFirst: true, looksBetween: false },
  },
  main: {
    name: 'of the main branch',
    simulator: { generation: '2.0' },
    habits: { looksFirst: false, looksBetween: true },
  },
  old: {
    name: 'of version 1.1',
    simulator: { generation: '1.1' },
    habits: { looksFirst: true, looksBetween: true },
  },
  withoutDocuments: {
    name: 'without a document store',
    simulator: { generation: '1.12', documentStore: false },
    habits: { looksFirst: true, looksBetween: false },
  },
} as const satisfies Record<string, Omit<FaultWalk, 'stride' | 'offset'>>;
