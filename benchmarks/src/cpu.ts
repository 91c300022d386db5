import { type Load, repeat } from './load.ts';
import { median } from './median.ts';
import type { ServerProcess } from './server-process.ts';

/** Something whose processor time per request is measured. */
export interface Subject {
  readonly name: string;
  readonly server: ServerProcess;
  readonly load: Load;
}

/** Processor microseconds per request: the median of the rounds, and between which values they lay. */
export interface Spent {
  readonly micros: number;
  readonly least: number;
  readonly most: number;
}

/** Requests before the first that counts: until then the compiler still works, on small servers as on large ones. */
const warmUp = 5000;

/**
 * Processor microseconds per request of each subject: the median of several rounds that take turns, so that what else the machine
 * does meets all alike.
 */
export async function measureCpu(
  subjects: readonly Subject[],
  options: { readonly requests: number; readonly rounds: number; readonly warmUp?: number },
): Promise<ReadonlyMap<string, Spent>> {
  for (const subject of subjects) await repeat(subject.load, Math.max(options.requests, options.warmUp ?? warmUp));
  const samples = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, server, load } of subjects) {
      const before = server.cpuMicros();
      await repeat(load, options.requests);
      samples.get(name)?.push((server.cpuMicros() - before) / options.requests);
    }
  }
  return new Map(
    [...samples].map(([name, values]) => [
      name,
      { micros: median(values), least: Math.min(...values), most: Math.max(...values) },
    ]),
  );
}
