import { type Load, repeat } from './load.ts';
import { median } from './median.ts';
import type { ServerProcess } from './server-process.ts';

/** A server whose processor time per request is measured, and the load on it. */
export interface Subject {
  readonly name: string;
  readonly server: ServerProcess;
  readonly load: Load;
}

/** Processor microseconds per request: median, least and most of the rounds. */
export interface Spent {
  readonly micros: number;
  readonly least: number;
  readonly most: number;
}

/** Requests before the first measured one. The JIT compiler needs about as many, for small and large servers alike. */
const warmUp = 5000;

/** Measures each subject in interleaved rounds, so that other work on the machine affects all subjects alike. */
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
