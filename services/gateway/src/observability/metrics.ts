import { createEventMetrics } from './event-metrics.ts';
import { createMetricFactory } from './metric-factory.ts';
import { createOperationMetrics, describeProcess, type MetricsSources } from './process-metrics.ts';
import { createEntryMetrics, createRequestMetrics } from './request-metrics.ts';
import { createSharingMetrics } from './sharing-metrics.ts';
import { createUpstreamMetrics } from './upstream-metrics.ts';

/** Everything the gateway counts and times; no label ever holds an id, a name of a person or a text of a request. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Metrics in a registry of their own. */
export function createMetrics(sources: MetricsSources) {
  const make = createMetricFactory();
  describeProcess(make, sources);
  const expectTenants = (tenants: readonly string[]) => {
    for (const tenant of tenants) make.expectTenant(tenant);
  };
  const render = (format = make.render): Promise<string> => {
    sources.lookAtFiles?.();
    expectTenants(sources.tenants?.() ?? []);
    return format();
  };
  const methods = {
    ...createRequestMetrics(make),
    ...createEntryMetrics(make),
    ...createEventMetrics(make),
    ...createOperationMetrics(make),
    ...createUpstreamMetrics(make),
    ...createSharingMetrics(make, sources),
  };
  return {
    ...methods,
    /** Makes the series of configured providers exist before their first request, so that rates work from it on. */
    expectTenants,
    /** The text that every reader knows. */
    render,
    /** The text in the format with exemplars, where the reader accepts it. */
    answer: async (accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }> =>
      accept?.includes('application/openmetrics-text')
        ? { contentType: make.openMetricsContentType, text: await render(make.renderOpenMetrics) }
        : { contentType: make.contentType, text: await render() },
  };
}
