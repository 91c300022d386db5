/** What a label can hold: one of a closed set, or, in words, what the configuration names. */
export type LabelValues = readonly string[] | string;

/** The labels of a metric, in their order. */
export type Labels = Readonly<Record<string, LabelValues>>;

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One metric: what it is called, what it means, and which series it can have. */
export interface MetricDeclaration<Type extends MetricType = MetricType> {
  readonly type: Type;
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  /** Upper bounds of a histogram. */
  readonly buckets: readonly number[];
  /**
   * The series that exist from the start, without the tenant: values of the other labels, in their order. Left out, it is every
   * combination of the closed sets; none where a label has no closed set.
   */
  readonly foreseen?: readonly (readonly string[])[] | undefined;
}

const prefix = 'scim_gateway_';

interface Details {
  readonly labels?: Labels;
  readonly foreseen?: readonly (readonly string[])[];
}

/** Something that only grows. */
export function counter(name: string, help: string, details: Details = {}): MetricDeclaration<'counter'> {
  return { type: 'counter', name: `${prefix}${name}`, help, labels: {}, buckets: [], ...details };
}

/** Something that goes up and down. */
export function gauge(name: string, help: string, labels: Labels = {}): MetricDeclaration<'gauge'> {
  return { type: 'gauge', name: `${prefix}${name}`, help, labels, buckets: [] };
}

/** Something that is measured again and again. */
export function histogram(
  name: string,
  help: string,
  buckets: readonly number[],
  details: Details = {},
): MetricDeclaration<'histogram'> {
  return { type: 'histogram', name: `${prefix}${name}`, help, labels: {}, buckets, ...details };
}

/** The label whose values are the keys of configured providers; it stands first. */
export const tenantLabel = 'tenant';

/** What the tenant label holds. */
export const tenant = 'the key of a configured provider; `none` when nobody was recognised';

/** Upper bounds, in seconds, that tell apart what providers notice. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The label values of the series that exist from the start, the tenant's left out. */
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
