import type { Config } from '../config/config.ts';
import { toRecord } from '../config/tracing-config.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/trace.ts';
import { createSecret, type FileObserver } from '../secrets/secret.ts';
import { version } from '../version.ts';

/** Creates traces where the configuration names a collector; otherwise the code that makes spans is not even loaded. */
export async function composeTracing(
  { tracing, collate }: Config,
  metrics: Metrics,
  observer: FileObserver,
): Promise<Tracing | undefined> {
  if (tracing === undefined) return undefined;
  const { createTracing } = await import('../observability/tracing/tracing.ts');
  const { url, timeoutMs, sampler, serviceName, resourceAttributes } = tracing;
  const headers =
    tracing.headers === undefined ? undefined : createSecret(tracing.headers, { clock: Date.now, observer });
  return createTracing({
    url,
    timeoutMs,
    sampler,
    upstream: new URL(collate.url),
    headers: () => toRecord(headers?.().split(',') ?? []),
    resource: {
      attributes: { 'service.version': version, ...resourceAttributes, 'service.name': serviceName },
      scope: { name: 'scim-gateway', version },
    },
    onSpans: metrics.spansEnded,
  });
}
