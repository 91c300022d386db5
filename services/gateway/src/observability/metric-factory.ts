import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { BucketCounts } from './bucket-counts.ts';
import { foreseenRows, type MetricDeclaration, tenantLabel } from './catalogue/declaration.ts';
import { toOpenMetrics } from './open-metrics.ts';
import { SeriesTree } from './series-tree.ts';

/** One series of a counter: counting is one addition, and the registry is told the sum when it asks. */
export interface Series {
  total: number;
}

/** One series of a histogram. */
export interface Distribution {
  /** The trace, where there is one, is shown as an example of the values in its bucket. */
  observe(value: number, traceId?: string): void;
}

/** Sets a gauge's value for the values of its labels. */
export type SetGauge = (value: number, ...labels: string[]) => void;

/** Sets the values of a gauge at a scrape. */
export type Collect = (set: SetGauge) => void;

/** Makes declared metrics, in a registry of their own. */
export type MetricFactory = ReturnType<typeof createMetricFactory>;

/** Gauges of counts that carry the suffix of counters, beside the same by type. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** A factory over a registry that has Node's own metrics already. */
export function createMetricFactory() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const tenants = new Set<string>();
  const perTenant: ((tenant: string) => void)[] = [];
  const preparations: (() => void)[] = [];
  const foresee = (declaration: MetricDeclaration, create: (...values: string[]) => unknown) => {
    const rows = foreseenRows(declaration);
    const hasTenant = tenantLabel in declaration.labels;
    if (hasTenant) perTenant.push((tenant) => rows.map((row) => create(tenant, ...row)));
    else for (const row of rows) create(...row);
  };
  return {
    counter: (declaration: MetricDeclaration<'counter'>): ((...values: string[]) => Series) => {
      const series = createTally(registry, declaration);
      foresee(declaration, series);
      return series;
    },
    histogram: (declaration: MetricDeclaration<'histogram'>): ((...values: string[]) => Distribution) => {
      const histogram = new TalliedHistogram(registry, declaration);
      foresee(declaration, histogram.series);
      return histogram.series;
    },
    gauge: (declaration: MetricDeclaration<'gauge'>): SetGauge => {
      const gauge = new Gauge(toConfiguration(registry, declaration));
      return (value, ...values) => gauge.labels(...values).set(value);
    },
    /** A gauge whose values are read at each scrape. */
    observed: (declaration: MetricDeclaration<'gauge'>, collect: Collect) => {
      createWatchable(registry, declaration)(collect);
    },
    /** A gauge whose values are read at each scrape, by the functions that are added once there is something to read. */
    watchable: (declaration: MetricDeclaration<'gauge'>) => createWatchable(registry, declaration),
    /** Makes the series of a provider exist, so that rates work from its first request on. */
    expectTenant: (tenant: string) => {
      if (tenants.has(tenant)) return;
      tenants.add(tenant);
      for (const expect of perTenant) expect(tenant);
    },
    /** Runs `prepare` before each scrape. */
    beforeRender: (prepare: () => void) => {
      preparations.push(prepare);
    },
    /** The metrics as Prometheus text. */
    render: (): Promise<string> => {
      for (const prepare of preparations) prepare();
      return registry.metrics();
    },
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    /** The metrics as OpenMetrics text, with exemplars. */
    renderOpenMetrics: async (): Promise<string> => {
      for (const prepare of preparations) prepare();
      return toOpenMetrics(await registry.getMetricsAsJSON());
    },
    openMetricsContentType: Registry.OPENMETRICS_CONTENT_TYPE,
  };
}

function toConfiguration(registry: Registry, { name, help, labels }: MetricDeclaration) {
  return { name, help, labelNames: Object.keys(labels), registers: [registry] };
}

function createWatchable(registry: Registry, declaration: MetricDeclaration<'gauge'>): (collect: Collect) => void {
  const sources: Collect[] = [];
  const labelNames = Object.keys(declaration.labels);
  new Gauge({
    ...toConfiguration(registry, declaration),
    collect() {
      this.reset();
      // A gauge without labels is 0 after a reset; one that no source sets has no series.
      if (labelNames.length === 0) this.remove();
      for (const collect of sources) collect((value, ...values) => this.labels(...values).set(value));
    },
  });
  return (collect) => sources.push(collect);
}

function createTally(registry: Registry, declaration: MetricDeclaration): (...values: string[]) => Series {
  const series = new SeriesTree<Series>(() => ({ total: 0 }));
  new Counter({
    ...toConfiguration(registry, declaration),
    collect() {
      this.reset();
      for (const [values, { total }] of series.entries()) this.labels(...values).inc(total);
    },
  });
  return (...values) => series.at(values);
}

/** A histogram that costs little more than an addition: its labels are looked up once, and its buckets summed up when it is asked. */
class TalliedHistogram extends Histogram {
  readonly #name: string;
  /** Knows how the base class describes itself; a call of its own `get` would come back here. */
  readonly #plain: Histogram;
  readonly #labels: readonly string[];
  readonly #series: SeriesTree<BucketCounts>;

  constructor(registry: Registry, declaration: MetricDeclaration<'histogram'>) {
    const configuration = { ...toConfiguration(registry, declaration), buckets: [...declaration.buckets] };
    super(configuration);
    this.#plain = new Histogram({ ...configuration, registers: [] });
    this.#name = declaration.name;
    this.#labels = Object.keys(declaration.labels);
    this.#series = new SeriesTree(() => new BucketCounts(declaration.buckets));
  }

  readonly series = (...values: string[]): Distribution => this.#series.at(values);

  override async get(): Promise<Awaited<ReturnType<Histogram['get']>>> {
    const values = [...this.#series.entries()].flatMap(([row, counts]) =>
      counts.toSamples(this.#name, Object.fromEntries(this.#labels.map((label, index) => [label, row[index] ?? '']))),
    );
    return { ...(await this.#plain.get()), values };
  }

  /** What the text is made from; the base class would make it from what it counted itself. */
  getForPromString() {
    return this.get();
  }
}
