import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Measured } from './section.ts';

/** What a section last measured, and how. */
export interface Result extends Measured {
  /** When it began, ISO 8601 in UTC. */
  readonly at: string;
  readonly quick: boolean;
  readonly node: string;
  readonly machine: string;
  /** The load average of the last minute when the section began; what else ran on the machine. */
  readonly loadBefore: number;
  /** The same when it ended, its own two processes or so included. */
  readonly loadAfter: number;
}

/** The last result of each section by its name. */
export type Results = Readonly<Record<string, Result>>;

/** Above this load average another program shares the processors, and times mean less. */
export const quietLoad = 1.5;

/** Measures, and notes under which circumstances. */
export async function observe(quick: boolean, measure: () => Promise<Measured>): Promise<Result> {
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model ?? 'an unknown processor'}`;
  const at = new Date().toISOString();
  const [loadBefore = 0] = loadavg();
  const measured = await measure();
  const [loadAfter = 0] = loadavg();
  return { ...measured, at, quick, node: process.version, machine, loadBefore, loadAfter };
}

/** The results kept in a file; none when it is not there. */
export function readResults(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
}

/** Keeps one more result, and answers all; a quick one does not replace a whole one. */
export function mergeResult(file: string, section: string, result: Result): Results {
  const known = readResults(file);
  const isKept = result.quick && known[section]?.quick === false;
  if (isKept) return known;
  const results = { ...known, [section]: result };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}
