import { createCredentialMetrics } from './credential-metrics.ts';
import { createEventMetrics } from './event-metrics.ts';
import { createMetricFactory } from './metric-factory.ts';
import { createProcessMetrics, type ProcessFacts } from './process-metrics.ts';
import { createEntryMetrics, createRequestMetrics } from './request-metrics.ts';
import { createSharingMetrics } from './sharing-metrics.ts';
import { createUpstreamMetrics } from './upstream-metrics.ts';

/** Everything the gateway counts and times. No label holds an id, a user's name or a text of a request. */
export type Metrics = ReturnType<typeof createMetrics>;

/** What the metrics need from the start. Later parts are registered with the `watch…` methods. */
export interface MetricsOptions extends ProcessFacts {
  readonly isRedisConfigured: boolean;
}

/** Creates all metrics in a registry of their own. */
export function createMetrics({ isRedisConfigured, ...facts }: MetricsOptions) {
  const make = createMetricFactory();
  return {
    ...createRequestMetrics(make),
    ...createEntryMetrics(make),
    ...createEventMetrics(make),
    ...createProcessMetrics(make, facts),
    ...createCredentialMetrics(make),
    ...createUpstreamMetrics(make),
    ...createSharingMetrics(make, { isRedisConfigured }),
    /** The metrics as Prometheus text. */
    render: make.render,
    /** The metrics in the format that the `Accept` header asks for: OpenMetrics, with exemplars, or Prometheus text. */
    answer: async (accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }> =>
      accept?.includes('application/openmetrics-text')
        ? { contentType: make.openMetricsContentType, text: await make.renderOpenMetrics() }
        : { contentType: make.contentType, text: await make.render() },
  };
}
