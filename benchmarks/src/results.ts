import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Measured } from './section.ts';

/** The last results of a section, and the circumstances of the measurement. */
export interface Result extends Measured {
  /** The start, ISO 8601 in UTC. */
  readonly at: string;
  readonly quick: boolean;
  readonly node: string;
  readonly machine: string;
  /** The load average of the last minute at the start: other work on the machine. */
  readonly loadBefore: number;
  /** The load average at the end, which includes the section's own processes. */
  readonly loadAfter: number;
}

/** The last result of each section by its name. */
export type Results = Readonly<Record<string, Result>>;

/** Above this load average, other programs distort the times. */
export const quietLoad = 1.5;

/** Measures, and records the circumstances. */
export async function observe(
  { quick }: { readonly quick: boolean },
  measure: () => Promise<Measured>,
): Promise<Result> {
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model ?? 'an unknown processor'}`;
  const at = new Date().toISOString();
  const [loadBefore = 0] = loadavg();
  const measured = await measure();
  const [loadAfter = 0] = loadavg();
  return { ...measured, at, quick, node: process.version, machine, loadBefore, loadAfter };
}

/** The results in a file; empty when the file does not exist. */
export function readResults(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
}

/** Stores one more result and returns all of them. A quick result does not replace a full one. */
export function mergeResult(file: string, section: string, result: Result): Results {
  const known = readResults(file);
  if (result.quick && known[section]?.quick === false) return known;
  const results = { ...known, [section]: result };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}
