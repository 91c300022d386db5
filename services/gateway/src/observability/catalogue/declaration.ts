/** The values of a label: a closed set, or a description of what the configuration names. */
export type LabelValues = readonly string[] | string;

/** The labels of a metric, in their order. */
export type Labels = Readonly<Record<string, LabelValues>>;

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One metric: its name, its meaning, and the series that it can have. */
export interface MetricDeclaration<Type extends MetricType = MetricType> {
  readonly type: Type;
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  /** The upper bounds of a histogram's buckets; empty for other types. */
  readonly buckets: readonly number[];
  /**
   * The series that exist from the start: the values of the labels in order, without the tenant. By default every
   * combination of the closed sets; no series where a label has no closed set.
   */
  readonly foreseen?: readonly (readonly string[])[] | undefined;
}

const prefix = 'scim_gateway_';

interface Details {
  readonly labels?: Labels;
  readonly foreseen?: readonly (readonly string[])[];
}

/** Declares a number that only grows. */
export function counter(name: string, help: string, details: Details = {}): MetricDeclaration<'counter'> {
  return { type: 'counter', name: `${prefix}${name}`, help, labels: {}, buckets: [], ...details };
}

/** Declares a number that goes up and down. */
export function gauge(name: string, help: string, labels: Labels = {}): MetricDeclaration<'gauge'> {
  return { type: 'gauge', name: `${prefix}${name}`, help, labels, buckets: [] };
}

/** Declares a distribution of measured values. */
export function histogram(
  name: string,
  help: string,
  buckets: readonly number[],
  details: Details = {},
): MetricDeclaration<'histogram'> {
  return { type: 'histogram', name: `${prefix}${name}`, help, labels: {}, buckets, ...details };
}

/** The label whose values are the keys of configured providers. It is the first label of its metrics. */
export const tenantLabel = 'tenant';

/** The values of the tenant label. */
export const tenant = 'the key of a configured provider; `none` without a valid credential';

/** Upper bounds in seconds: a provider notices the difference between two of them. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The label values of the series that exist from the start, without the tenant. */
export function foreseenRows({ labels, foreseen }: MetricDeclaration): readonly (readonly string[])[] {
  if (foreseen !== undefined) return foreseen;
  const sets = Object.entries(labels).flatMap(([name, values]) => (name === tenantLabel ? [] : [values]));
  let rows: readonly (readonly string[])[] = [[]];
  for (const values of sets) {
    if (typeof values === 'string') return [];
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
  }
  return rows;
}
