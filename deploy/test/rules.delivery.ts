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
  const named = rule.kind === 'alert' ? [rule] : readersOf(rule);
  const testsOf = (subjects: readonly Rule[]) =>
    unitTests.filter(({ text }) => subjects.some(({ name }) => text.includes(name)));
  const own = testsOf(named);
  // What no test looks at itself is seen by the alerts that read it.
  const tests =
    own.length > 0
      ? own
      : testsOf(
          alerts.filter((alert) =>
            namesIn(expressionOf(alert)).some((name) => named.some((each) => each.name === name)),
          ),
        );
  // An alert that is given the very values it reads needs no rule that records them.
  const areGiven = tests.every(({ text }) => text.includes("series: 'scim_gateway:"));
  const subjects = rules.filter(
    ({ kind, name }) => (kind === 'alert' || !areGiven) && tests.some(({ text }) => text.includes(name)),
  );
  const needed = areGiven ? new Set(subjects) : withSources(subjects);
  return {
    tests: tests.toSorted((one, other) => steps(one) - steps(other)),
    needed: rules.filter((each) => needed.has(each)),
  };
}

/** How long a test takes, roughly. */
function steps({ text }: UnitTest): number {
  return Math.max(
    ...[...text.matchAll(/eval_time: (?:(\d+)h)?(?:(\d+)m)?/g)].map(([, h = 0, m = 0]) => Number(h) * 60 + Number(m)),
  );
}

/** Whether a test fails when one rule has another text. */
async function isFound(rule: Rule, changed: string): Promise<boolean> {
  const { tests, needed } = plan(rule);
  const file = toRulesFile(needed.map((each) => (each === rule ? changed : each.text)));
  for (const test of tests) if (!(await runUnitTest(file, test)).passed) return true;
  return false;
}

/** Two at a time, since that is how many processors there are. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all([worker(), worker()]);
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
    const failures: string[] = [];
    await inTurns(rules, async (rule) => {
      if (await isFound(rule, rule.text)) failures.push(rule.name);
    });
    expect(failures).toEqual([]);
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
