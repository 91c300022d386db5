import type { Line } from './plot.ts';
import type { Table } from './table.ts';

/** Options of a section of the benchmarks. */
export interface SectionOptions {
  /** Measures small sizes and few rounds: a check, not a result. */
  readonly quick: boolean;
  /** The path of redis-server. Without it, sections leave out what needs Redis, and report that. */
  readonly redisServer: string | undefined;
  /** The length of the trace. */
  readonly minutes: number;
}

/** The results of a section. */
export interface Measured {
  readonly tables: readonly Table[];
  /** Lines of the plot of growth. */
  readonly lines: readonly Line[];
}

/** One part of the benchmarks. It starts and stops every server that it needs. */
export type Section = (options: SectionOptions) => Promise<Measured>;
