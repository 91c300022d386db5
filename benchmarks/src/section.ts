import type { Line } from './plot.ts';
import type { Table } from './table.ts';

/** What a section of the benchmarks is told. */
export interface SectionOptions {
  /** Smaller sizes, for a look in between. */
  readonly quick: boolean;
  /** A redis-server to start; without one, what needs Redis is left out and said so. */
  readonly redisServer: string | undefined;
  /** How long the trace lasts. */
  readonly minutes: number;
}

/** What a section measured. */
export interface Measured {
  readonly tables: readonly Table[];
  /** For the plot of growth. */
  readonly lines: readonly Line[];
}

/** One part of the benchmarks, which starts and stops whatever it needs. */
export type Section = (options: SectionOptions) => Promise<Measured>;
