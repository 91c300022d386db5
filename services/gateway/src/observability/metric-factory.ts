import { collectDefaultMetrics, Registry } from 'prom-client';
import { BucketCounts } from './bucket-counts.ts';
import { foreseenRows, type Labels, type MetricDeclaration, tenantLabel } from './catalogue/declaration.ts';
import { type Family, type FamilySample, toOpenMetricsText, toPrometheusText } from './exposition.ts';
import { SeriesTree } from './series-tree.ts';

/** One series of a counter. Counting is one addition: `series.total += 1`. */
export interface Series {
  total: number;
}

/** One series of a histogram. */
export interface Distribution {
  /** The trace, where there is one, becomes the exemplar of the value's bucket. */
  observe(value: number, traceId?: string): void;
}

/** Sets a gauge's value for the values of its labels. */
export type SetGauge = (value: number, ...labels: string[]) => void;

/** Sets the values of a gauge at a scrape. */
export type Collect = (set: SetGauge) => void;

/** Makes declared metrics and renders them. */
export type MetricFactory = ReturnType<typeof createMetricFactory>;

/** Gauges that carry the suffix of counters; the same values exist by type under a right name. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * Makes declared metrics. They count in plain objects; prom-client supplies Node's own metrics only, since its counters
 * and histograms look every label up with every event: docs/adr/0013-metrics-count-in-place.md.
 */
export function createMetricFactory() {
  const { add, collect, beforeRender } = createCollection();
  const { foresee, expectTenant } = createForesight();
  return {
    counter: (declaration: MetricDeclaration<'counter'>): ((...values: string[]) => Series) => {
      const tree = new SeriesTree<Series>(() => ({ total: 0 }));
      const series = (...values: string[]) => tree.at(values);
      foresee(declaration, series);
      add(declaration, () => toSamples(declaration.labels, tree, ({ total }) => total));
      return series;
    },
    histogram: (declaration: MetricDeclaration<'histogram'>): ((...values: string[]) => Distribution) => {
      const tree = new SeriesTree(() => new BucketCounts(declaration.buckets));
      const series = (...values: string[]) => tree.at(values);
      foresee(declaration, series);
      add(declaration, () =>
        tree
          .entries()
          .flatMap(([row, counts]) => counts.toSamples(declaration.name, toLabels(declaration.labels, row))),
      );
      return series;
    },
    gauge: (declaration: MetricDeclaration<'gauge'>): SetGauge => {
      const tree = new SeriesTree<{ value: number }>(() => ({ value: 0 }));
      const set: SetGauge = (value, ...values) => {
        tree.at(values).value = value;
      };
      if (Object.keys(declaration.labels).length === 0) set(0);
      add(declaration, () => toSamples(declaration.labels, tree, ({ value }) => value));
      return set;
    },
    /** A gauge whose values are read at each scrape. */
    observed: (declaration: MetricDeclaration<'gauge'>, source: Collect) => {
      add(declaration, () => readSources(declaration.labels, [source]));
    },
    /**
     * A gauge whose values are read at each scrape, by the functions that are added once there is something to read.
     */
    watchable: (declaration: MetricDeclaration<'gauge'>): ((source: Collect) => void) => {
      const sources: Collect[] = [];
      add(declaration, () => readSources(declaration.labels, sources));
      return (source) => sources.push(source);
    },
    /** Makes the series of a provider exist, so that rates work from its first request on. */
    expectTenant,
    /** Runs a function before each scrape. */
    beforeRender,
    /** The metrics as Prometheus text. */
    render: async (): Promise<string> => toPrometheusText(await collect()),
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    /** The metrics as OpenMetrics text, with exemplars. */
    renderOpenMetrics: async (): Promise<string> => toOpenMetricsText(await collect()),
    openMetricsContentType: Registry.OPENMETRICS_CONTENT_TYPE,
  };
}

/** All families: how each is read at a scrape, and what runs before. */
function createCollection() {
  const nodeMetrics = createNodeMetrics();
  const families: (() => Family)[] = [];
  const preparations: (() => void)[] = [];
  return {
    add: ({ name, help, type }: MetricDeclaration, read: () => readonly FamilySample[]) => {
      families.push(() => ({ name, help, type, values: read() }));
    },
    beforeRender: (prepare: () => void) => {
      preparations.push(prepare);
    },
    collect: async (): Promise<readonly Family[]> => {
      for (const prepare of preparations) prepare();
      return [...(await nodeMetrics.getMetricsAsJSON()), ...families.map((read) => read())];
    },
  };
}

function createNodeMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  return registry;
}

/** Creates the foreseen series: at once, or for each provider where a label is the provider. */
function createForesight() {
  const tenants = new Set<string>();
  const perTenant: ((tenant: string) => void)[] = [];
  return {
    foresee: (declaration: MetricDeclaration, create: (...values: string[]) => unknown) => {
      const rows = foreseenRows(declaration);
      if (tenantLabel in declaration.labels) {
        perTenant.push((tenant) => {
          for (const row of rows) create(tenant, ...row);
        });
      } else for (const row of rows) create(...row);
    },
    expectTenant: (tenant: string) => {
      if (tenants.has(tenant)) return;
      tenants.add(tenant);
      for (const expect of perTenant) expect(tenant);
    },
  };
}

function readSources(labels: Labels, sources: readonly Collect[]): readonly FamilySample[] {
  const samples: FamilySample[] = [];
  for (const source of sources) source((value, ...row) => samples.push({ labels: toLabels(labels, row), value }));
  return samples;
}

function toSamples<T>(labels: Labels, tree: SeriesTree<T>, read: (series: T) => number): readonly FamilySample[] {
  return tree.entries().map(([row, series]) => ({ labels: toLabels(labels, row), value: read(series) }));
}

/** The values of the labels by name; both come in the declared order. */
function toLabels(labels: Labels, row: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(labels).map((label, index) => [label, row[index] ?? '']));
}
