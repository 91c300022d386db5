import type { SecretSource } from '../secrets/secret.ts';
import type { Values } from './variables.ts';

/** The collector of traces, and the choice of traces. */
export interface TracingConfig {
  readonly url: string;
  readonly headers: SecretSource | undefined;
  readonly timeoutMs: number;
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly sampler: { readonly ratio: number; readonly followsParent: boolean };
}

/** The configuration of traces; undefined where no collector is configured or traces are switched off. */
export function toTracingConfig(values: Values, headers: SecretSource | undefined): TracingConfig | undefined {
  const base = values.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  const url = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base === undefined ? undefined : `${base}/v1/traces`);
  if (url === undefined || values.OTEL_SDK_DISABLED || values.OTEL_TRACES_EXPORTER === 'none') return undefined;
  return {
    url,
    headers,
    timeoutMs: values.OTEL_EXPORTER_OTLP_TIMEOUT,
    serviceName: values.OTEL_SERVICE_NAME,
    resourceAttributes: toRecord(values.OTEL_RESOURCE_ATTRIBUTES),
    sampler: {
      ratio: toRatio(values.OTEL_TRACES_SAMPLER, values.OTEL_TRACES_SAMPLER_ARG),
      followsParent: values.OTEL_TRACES_SAMPLER.startsWith('parentbased_'),
    },
  };
}

function toRatio(sampler: string, argument: number): number {
  if (sampler.endsWith('always_on')) return 1;
  return sampler.endsWith('always_off') ? 0 : argument;
}

/** Decodes pairs of a name and a percent-encoded value, such as `deployment.environment=test`. */
export function toRecord(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end).trim(), decode(pair.slice(end + 1).trim())];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that begins no escape stands for itself.
    return text;
  }
}
