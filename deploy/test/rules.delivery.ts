import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { queriesOf, readDashboard, substitute } from './support/dashboard.ts';
import { queriesIn, readDocument } from './support/documents.ts';
import { type Mutant, mutate } from './support/mutants.ts';
import { hasPromtool, promtool, readUnitTests, runUnitTests, type UnitTest } from './support/promtool.ts';
import { expressionOf, namesIn, type Rule, readRules, rulesFile, toRulesFile } from './support/rules.ts';

const rules = readRules();
const alerts = rules.filter(({ kind }) => kind === 'alert');
const unitTests = readUnitTests();

/** Mutants that no test needs to find, each with the reason. */
const equivalent: Readonly<Record<string, string>> = {};

/** What a rule reads, by way of other rules too. */
function withSources(wanted: readonly Rule[]): ReadonlySet<Rule> {
  const found = new Set(wanted);
  for (const rule of found) {
    const names = namesIn(expressionOf(rule));
    for (const each of rules) if (names.includes(each.name)) found.add(each);
  }
  return found;
}

/** What reads a rule, by way of other rules too, alerts left out. */
function readersOf(rule: Rule): readonly Rule[] {
  const found = new Set([rule]);
  for (const each of found)
    for (const other of rules)
      if (other.kind === 'record' && namesIn(expressionOf(other)).includes(each.name)) found.add(other);
  return [...found];
}

/** The tests that may find a change of a rule, quick ones first, and the rules that they need. */
function plan(rule: Rule): { readonly tests: readonly UnitTest[]; readonly needed: readonly Rule[] } {
  const subjects = rule.kind === 'alert' ? alerts.filter(({ name }) => name === rule.name) : readersOf(rule);
  // An alert that has the very values it reads given to it needs no rule that records them.
  const tests = unitTests.filter(({ text }) => subjects.some(({ name }) => text.includes(name)));
  const readers = rule.kind === 'record' ? alertsOn(rule, tests.length) : [];
  const chosen =
    readers.length > 0 ? unitTests.filter(({ text }) => readers.some(({ name }) => text.includes(name))) : tests;
  const areGiven = chosen.every(({ text }) => text.includes("series: 'scim_gateway:"));
  const needed = areGiven ? new Set(subjects) : withSources([...subjects, ...readers]);
  const inOrder = rules.filter((each) => needed.has(each));
  return { tests: chosen.toSorted((one, other) => steps(one) - steps(other)), needed: inOrder };
}

/** The alerts that read a recorded value which no test looks at itself. */
function alertsOn(rule: Rule, ownTests: number): readonly Rule[] {
  if (ownTests > 0) return [];
  const names = readersOf(rule).map(({ name }) => name);
  return alerts.filter((alert) => namesIn(expressionOf(alert)).some((name) => names.includes(name)));
}

/** How long a test takes, roughly. */
function steps({ text }: UnitTest): number {
  return Math.max(
    ...[...text.matchAll(/eval_time: (?:(\d+)h)?(?:(\d+)m)?/g)].map(([, h = 0, m = 0]) => Number(h) * 60 + Number(m)),
  );
}

async function isFound(mutant: Mutant): Promise<boolean> {
  const { tests, needed } = plan(mutant.rule);
  const file = toRulesFile(needed.map((rule) => (rule === mutant.rule ? mutant.text : rule.text)));
  for (const test of tests) if (!(await runUnitTests(file, [test])).passed) return true;
  return false;
}

describe.skipIf(!hasPromtool)('deploy/prometheus', () => {
  it('has rules that promtool finds nothing wrong with', async () => {
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

  it('has a configuration that promtool finds nothing wrong with', async () => {
    const file = fileURLToPath(new URL('../prometheus/prometheus.yml', import.meta.url));
    expect(await promtool(['check', 'config', file])).toMatchObject({ passed: true });
  });

  it('passes its own tests', async () => {
    const failures = await Promise.all(
      unitTests.map(async (test) => {
        // The rules that a test names, and what they read: a test does not hear of the others.
        const needed = withSources(rules.filter(({ name }) => test.text.includes(name)));
        const file = toRulesFile(rules.filter((rule) => needed.has(rule)).map(({ text }) => text));
        const { passed, output } = await runUnitTests(file, [test]);
        return passed ? [] : [`${test.name}: ${output}`];
      }),
    );
    expect(failures.flat()).toEqual([]);
  });

  it('is asked by the runbook, the operations guide and the dashboard in queries that Prometheus understands', async () => {
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

  it('has tests for each alert: a moment at which it fires, and one at which it does not', () => {
    const lacking = alerts.filter(({ name }) => {
      const checks = unitTests
        .flatMap(({ text }) => text.split(/^ {6}- expr: /m))
        .filter((check) => check.includes(`"${name}"`));
      const isSilent = (check: string) => /exp_samples: \[\]/.test(check);
      return !checks.some(isSilent) || checks.every(isSilent);
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('has tests that find every change of a threshold, a comparison or a duration', async () => {
    const mutants = rules.flatMap(mutate);
    const survivors: string[] = [];
    const queue = [...mutants];
    const work = async () => {
      for (let mutant = queue.pop(); mutant !== undefined; mutant = queue.pop())
        if (!(await isFound(mutant))) survivors.push(`${mutant.rule.name}, ${mutant.change}`);
    };
    const began = performance.now();
    await Promise.all([work(), work()]);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `rules: ${alerts.length} alerts, ${unitTests.length} tests, ${mutants.length} mutants in ${seconds} s, ${survivors.length} survived`,
    );
    expect(survivors.filter((each) => !(each in equivalent))).toEqual([]);
    expect(Object.keys(equivalent).filter((each) => !survivors.includes(each))).toEqual([]);
  });
});
