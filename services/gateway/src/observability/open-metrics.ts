import type { Exemplar } from './bucket-counts.ts';

/** A metric with its series, as the registry tells it. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly FamilySample[];
}

interface FamilySample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly metricName?: string;
  readonly exemplar?: Exemplar | null;
}

/**
 * Metrics as OpenMetrics text, which is what can hold exemplars.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function toOpenMetrics(families: readonly Family[]): string {
  return `${families.flatMap(toLines).join('\n')}\n# EOF\n`;
}

function toLines({ name, help, type, values }: Family): readonly string[] {
  // A counter is named without the suffix that its samples bear.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const sampleName = type === 'counter' ? `${family}_total` : name;
  return [
    `# HELP ${family} ${escapeText(help)}`,
    `# TYPE ${family} ${String(type)}`,
    ...values.map((sample) => toLine(sample.metricName ?? sampleName, sample)),
  ];
}

function toLine(name: string, { labels, value, exemplar }: FamilySample): string {
  const line = `${name}${toLabelText(labels)} ${toNumberText(value)}`;
  if (exemplar === undefined || exemplar === null) return line;
  return `${line} # ${toLabelText(exemplar.labelSet)} ${toNumberText(exemplar.value)} ${exemplar.timestamp.toFixed(3)}`;
}

function toLabelText(labels: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(String(value))}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function toNumberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
