import type { Exemplar } from './bucket-counts.ts';

/** One metric with its series at the moment of a scrape. */
export interface Family {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge` or `histogram`; unknown because prom-client declares its strings as a numeric enum. */
  readonly type: unknown;
  readonly values: readonly FamilySample[];
}

/** One line of a family. */
export interface FamilySample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  /** The name of the line, where it differs from the family's: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
  readonly exemplar?: Exemplar | null;
}

/**
 * Metrics as Prometheus text, which has no exemplars.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function toPrometheusText(families: readonly Family[]): string {
  const blocks = families.map(({ name, help, type, values }) => [
    `# HELP ${name} ${escapeLine(help)}`,
    `# TYPE ${name} ${String(type)}`,
    ...values.map((sample) => toLine(sample.metricName ?? name, sample)),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/**
 * Metrics as OpenMetrics text, with exemplars.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function toOpenMetricsText(families: readonly Family[]): string {
  return `${families.flatMap(toOpenMetricsLines).join('\n')}\n# EOF\n`;
}

function toOpenMetricsLines({ name, help, type, values }: Family): readonly string[] {
  // A counter's family has no suffix; its samples have one.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const sampleName = type === 'counter' ? `${family}_total` : name;
  return [
    `# HELP ${family} ${escapeQuoted(help)}`,
    `# TYPE ${family} ${String(type)}`,
    ...values.map((sample) => `${toLine(sample.metricName ?? sampleName, sample)}${toExemplarText(sample)}`),
  ];
}

function toLine(name: string, { labels, value }: FamilySample): string {
  return `${name}${toLabelText(labels)} ${toNumberText(value)}`;
}

function toExemplarText({ exemplar }: FamilySample): string {
  if (exemplar === undefined || exemplar === null) return '';
  const { labelSet, value, timestamp } = exemplar;
  return ` # ${toLabelText(labelSet)} ${toNumberText(value)} ${timestamp.toFixed(3)}`;
}

function toLabelText(labels: FamilySample['labels']): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeQuoted(String(value))}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function toNumberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeLine(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeQuoted(text: string): string {
  return escapeLine(text).replaceAll('"', '\\"');
}
