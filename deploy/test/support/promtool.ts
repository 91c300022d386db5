import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Is promtool available? CI fails without it. */
export const hasPromtool: boolean =
  process.env['CI'] === 'true' || spawnSync('promtool', ['--version']).error === undefined;

const promtoolTests = new URL('../../prometheus/tests/', import.meta.url);

/** A test in a file for promtool. */
export interface UnitTest {
  readonly name: string;
  readonly text: string;
  /** Seconds between two evaluations. */
  readonly interval: string;
}

/** Every test of the folder. */
export function readUnitTests(): readonly UnitTest[] {
  const files = readdirSync(promtoolTests).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) => {
    const [head = '', ...tests] = readFileSync(new URL(file, promtoolTests), 'utf8').split(/^(?= {2}- name: )/m);
    const interval = /evaluation_interval: (\w+)/.exec(head)?.[1] ?? '1m';
    return tests.map((text) => ({ name: `${file}: ${/name: (.*)/.exec(text)?.[1]}`, text, interval }));
  });
}

/** The result of promtool, and its output. */
export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs promtool. */
export function promtool(args: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile('promtool', [...args], { encoding: 'utf8', timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: `${stdout}${stderr}` }),
    );
  });
}

/** Runs one test against rules, given as the text of a file. */
export async function runUnitTest(rules: string, { text, interval }: UnitTest): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  writeFileSync(join(folder, 'rules.yaml'), rules);
  writeFileSync(
    join(folder, 'test.yaml'),
    `rule_files: [rules.yaml]\nevaluation_interval: ${interval}\ntests:\n${text}`,
  );
  const verdict = await promtool(['test', 'rules', join(folder, 'test.yaml')]);
  rmSync(folder, { recursive: true });
  return verdict;
}
