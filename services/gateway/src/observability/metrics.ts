import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createEventMetrics, createOperationMetrics } from './event-metrics.ts';
import { createRequestMetrics } from './request-metrics.ts';
import { createStoreMetrics, createUpstreamMetrics } from './upstream-metrics.ts';

/** Something that a metric reads at the moment it is asked. */
export interface MetricsSources {
  readonly version: string;
  readonly isRedisConfigured: boolean;
  /** When credentials expire, by name, in milliseconds since the epoch. */
  readonly tokenExpiries: () => ReadonlyMap<string, number>;
  /** When the gateway's own Collate token expires. */
  readonly upstreamTokenExpiry: () => number | undefined;
  readonly isReadOnly: () => boolean;
}

/** Everything the gateway counts and times; no label ever holds an id, a name of a person or a text of a request. */
export type Metrics = ReturnType<typeof createMetrics>;

const prefix = 'scim_gateway_';
/** Metrics in a registry of their own. */
export function createMetrics(sources: MetricsSources) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const make = createFactory(registry);
  describeProcess(make, sources);
  const http = createRequestMetrics(make);
  const events = createEventMetrics(make);
  const upstream = createUpstreamMetrics(make);
  const stores = createStoreMetrics(make, sources.isRedisConfigured);
  return {
    /** Makes the series of configured providers exist before their first request, so that rates work from it on. */
    expectTenants: (tenants: readonly string[]) => {
      for (const tenant of tenants) {
        http.expectTenant(tenant);
        events.expectTenant(tenant);
      }
    },
    /** The text that Prometheus reads. */
    render: () => registry.metrics(),
    contentType: registry.contentType,
    ...http.methods,
    ...events.methods,
    ...createOperationMetrics(make),
    ...upstream,
    ...stores,
  };
}

function describeProcess(make: MetricFactory, sources: MetricsSources): void {
  const build = make.gauge('build_info', 'What is running; always 1.', 'version', 'node');
  build.set({ version: sources.version, node: process.version }, 1);
  make.observed('read_only', 'Whether writes are refused.', [], (gauge) => gauge.set(sources.isReadOnly() ? 1 : 0));
  make.observed(
    'token_expiry_timestamp_seconds',
    'When a SCIM token expires; tokens without expiry are left out.',
    ['token_id'],
    (gauge) => {
      for (const [name, expiresAt] of sources.tokenExpiries()) gauge.set({ token_id: name }, expiresAt / 1000);
    },
  );
  make.observed(
    'upstream_token_expiry_timestamp_seconds',
    "When the gateway's own Collate token expires; absent when it does not.",
    ['target'],
    (gauge) => {
      const expiresAt = sources.upstreamTokenExpiry();
      if (expiresAt !== undefined) gauge.set({ target: 'collate' }, expiresAt / 1000);
    },
  );
}

/** One series of a counter that every request counts at: counting is one addition, and the registry is told the sum when it asks. */
export interface Series {
  readonly values: readonly string[];
  total: number;
}

function seriesOf(known: Map<string, Series>, values: readonly string[]): Series {
  const key = values.join(' ');
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const made = { values, total: 0 };
  known.set(key, made);
  return made;
}

/** Makes metrics that are all named alike. */
export type MetricFactory = ReturnType<typeof createFactory>;

function createFactory(registry: Registry) {
  const named = (name: string, help: string, labelNames: readonly string[]) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    counter: (name: string, help: string, ...labels: string[]) => new Counter(named(name, help, labels)),
    tally: (name: string, help: string, ...labels: string[]) => {
      const series = new Map<string, Series>();
      new Counter({
        ...named(name, help, labels),
        collect() {
          this.reset();
          for (const { values, total } of series.values()) this.labels(...values).inc(total);
        },
      });
      return (...values: string[]) => seriesOf(series, values);
    },
    gauge: (name: string, help: string, ...labels: string[]) => new Gauge(named(name, help, labels)),
    histogram: (name: string, help: string, buckets: number[], ...labels: string[]) =>
      new Histogram({ ...named(name, help, labels), buckets }),
    /** A gauge whose values are looked up when it is asked. */
    observed: (name: string, help: string, labels: string[], collect: (gauge: Gauge) => void) =>
      new Gauge({
        ...named(name, help, labels),
        collect() {
          this.reset();
          collect(this);
        },
      }),
  };
}
