import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcesses } from '../../services/gateway/test/journeys/process-harness.ts';
import { queriesOf, readDashboard } from './support/dashboard.ts';
import { metricsIn, queriesIn, readDocument } from './support/documents.ts';
import { expressionOf, namesIn, readRules } from './support/rules.ts';

const rules = readRules();
const recorded = new Set(rules.filter(({ kind }) => kind === 'record').map(({ name }) => name));
const pages = ['runbook.md', 'operations.md', 'metrics.md', 'overload.md', 'redis.md'];

/** Metrics that Prometheus adds to each scrape. */
const ofPrometheus = new Set(['up']);

describe('the metrics of a running gateway', () => {
  let harness: Awaited<ReturnType<typeof startProcesses>>;
  let shown: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    harness = await startProcesses();
    await harness.request('GET', '/Users?count=1');
    const text = await (await fetch(`${harness.gateways[0]?.managementUrl}/metrics`)).text();
    shown = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' || type === 'summary'
          ? [name, ...['_bucket', '_sum', '_count'].map((end) => name + end)]
          : [name],
      ),
    );
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  const missing = (names: readonly string[]) =>
    [...new Set(names)].filter((name) => !shown.has(name) && !recorded.has(name) && !ofPrometheus.has(name));

  it('include those that the rules read', () => {
    expect(missing(rules.flatMap((rule) => namesIn(expressionOf(rule))))).toEqual([]);
  });

  it('include those that the dashboard queries', () => {
    expect(missing(queriesOf(readDashboard()).flatMap(({ query }) => namesIn(query)))).toEqual([]);
  });

  it.each(pages)('include those that docs/%s names', (page) => {
    const text = readDocument(page);
    expect(missing([...metricsIn(text), ...queriesIn(text).flatMap(namesIn)])).toEqual([]);
  });

  it('are all in docs/metrics.md', () => {
    const documented = new Set(metricsIn(readDocument('metrics.md')));
    const ours = [...shown].filter((name) => name.startsWith('scim_gateway_') && !/_(?:bucket|sum|count)$/.test(name));
    expect(ours.length).toBeGreaterThan(40);
    expect(ours.filter((name) => !documented.has(name))).toEqual([]);
  });

  it('that rules record are read by an alert or a panel', () => {
    const read = new Set([
      ...rules.flatMap((rule) => namesIn(expressionOf(rule))),
      ...queriesOf(readDashboard()).flatMap(({ query }) => namesIn(query)),
    ]);
    expect([...recorded].filter((name) => !read.has(name))).toEqual([]);
  });
});
