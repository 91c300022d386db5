import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { queriesOf, readDashboard, substitute } from './support/dashboard.ts';
import { queriesIn, readDocument } from './support/documents.ts';
import { mutate } from './support/mutants.ts';
import { hasPromtool, promtool, readUnitTests, runUnitTest, type UnitTest } from './support/promtool.ts';
import { expressionOf, namesIn, type Rule, readRules, rulesFile, toRulesFile } from './support/rules.ts';

const rules = readRules();
const alerts = rules.filter(({ kind }) => kind === 'alert');
const unitTests = readUnitTests();

/** Mutants that the tests need not detect, each with the reason. */
const equivalent: Readonly<Record<string, string>> = {};

/** Rules, and the rules that they read directly or indirectly. */
function withSources(wanted: readonly Rule[]): ReadonlySet<Rule> {
  const found = new Set(wanted);
  for (const rule of found) {
    const names = namesIn(expressionOf(rule));
    for (const each of rules) if (names.includes(each.name)) found.add(each);
  }
  return found;
}

/** The rules that a test needs: those that it names, and the rules that these read, unless the test provides their values. */
function neededBy({ text }: UnitTest): readonly Rule[] {
  const named = rules.filter(({ name }) => text.includes(name));
  const areGiven = text.includes("series: 'scim_gateway:");
  const needed = areGiven ? new Set(named.filter(({ kind }) => kind === 'alert')) : withSources(named);
  return rules.filter((rule) => needed.has(rule));
}

/** The simulated minutes of a test, as a measure of its cost. */
function minutesOf({ text }: UnitTest): number {
  const times = [...text.matchAll(/eval_time: (?:(\d+)h)?(?:(\d+)m)?/g)];
  return Math.max(...times.map(([, hours = 0, minutes = 0]) => Number(hours) * 60 + Number(minutes)));
}

const tests = unitTests
  .map((test) => ({ test, needed: neededBy(test) }))
  .toSorted((one, other) => minutesOf(one.test) - minutesOf(other.test));

/** Does a test fail when one rule is replaced by a mutant? */
async function isFound(rule: Rule, changed: string): Promise<boolean> {
  for (const { test, needed } of tests.filter((each) => each.needed.includes(rule))) {
    const file = toRulesFile(needed.map((each) => (each === rule ? changed : each.text)));
    if (!(await runUnitTest(file, test)).passed) return true;
  }
  return false;
}

/** Runs two at a time, one for each of two processors. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

describe.skipIf(!hasPromtool)('deploy/prometheus', () => {
  it('has rules that promtool accepts', async () => {
    const { passed, output } = await promtool([
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      fileURLToPath(rulesFile),
    ]);
    expect(output).toContain(`${rules.length} rules found`);
    expect(passed).toBe(true);
  });

  it('has a configuration that promtool accepts', async () => {
    const file = fileURLToPath(new URL('../prometheus/prometheus.yml', import.meta.url));
    expect(await promtool(['check', 'config', file])).toMatchObject({ passed: true });
  });

  it('passes its own tests', async () => {
    const failures: string[] = [];
    await inTurns(tests, async ({ test, needed }) => {
      const { passed, output } = await runUnitTest(toRulesFile(needed.map(({ text }) => text)), test);
      if (!passed) failures.push(`${test.name}: ${output}`);
    });
    expect(failures).toEqual([]);
  });

  it('has valid queries in the runbook, the operations guide and the dashboard', async () => {
    const queries = [
      ...['runbook.md', 'operations.md'].flatMap((page) => queriesIn(readDocument(page))),
      ...queriesOf(readDashboard()).map(({ query }) => substitute(query)),
    ];
    expect(queries.length).toBeGreaterThan(120);
    const file = join(mkdtempSync(join(tmpdir(), 'queries-')), 'rules.yaml');
    const text = queries.map(
      (query, index) => `      - record: query:number${index}\n        expr: ${JSON.stringify(query)}`,
    );
    writeFileSync(file, toRulesFile(text));
    expect(await promtool(['check', 'rules', file])).toMatchObject({ passed: true });
  });

  it('has tests for each alert: a time at which it fires, and one at which it does not', () => {
    const lacking = alerts.filter(({ name }) => {
      const checks = unitTests
        .flatMap(({ text }) => text.split(/^ {6}- expr: /m))
        .filter((check) => check.includes(`"${name}"`));
      const isSilent = (check: string) => /exp_samples: \[\]/.test(check);
      return !checks.some(isSilent) || checks.every(isSilent);
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('has tests that fail for every change of a threshold, a comparison or a duration', async () => {
    const mutants = rules.flatMap(mutate);
    const survivors: string[] = [];
    const began = performance.now();
    await inTurns(mutants, async ({ rule, text, change }) => {
      if (!(await isFound(rule, text))) survivors.push(`${rule.name}, ${change}`);
    });
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `rules: ${alerts.length} alerts, ${unitTests.length} tests, ${mutants.length} mutants in ${seconds} s, ${survivors.length} survived`,
    );
    expect(survivors.filter((each) => !(each in equivalent))).toEqual([]);
    expect(Object.keys(equivalent).filter((each) => !survivors.includes(each))).toEqual([]);
  });
});
