import { type CircuitStatus, circuitStatuses, type Load, type RetryReason } from '@scim-gateway/collate-client';
import type { CollateErrorKind } from '@scim-gateway/collate-client/model';
import { target, upstreamMetrics } from './catalogue/upstream.ts';
import type { MetricFactory } from './metric-factory.ts';
import { toStatusClass } from './request-metrics.ts';

/** One attempt at one call to Collate. */
export interface UpstreamOutcome {
  readonly operation: string;
  readonly status: number | undefined;
  readonly outcome: 'ok' | CollateErrorKind;
  readonly durationMs: number;
  /** Whether the call used the gateway's own credential, not the token of a bot that acts itself. */
  readonly judgesOwnCredential?: boolean;
}

/** Calls to Collate: results, times, retries, load, circuit breaker. */
export function createUpstreamMetrics(make: MetricFactory) {
  const requests = make.counter(upstreamMetrics.requests);
  const durations = make.histogram(upstreamMetrics.duration);
  const retries = make.counter(upstreamMetrics.retries);
  const limited = make.counter(upstreamMetrics.rateLimited);
  const refused = make.counter(upstreamMetrics.retriesRefused);
  const judge = createRefusalMetric(make);
  const breaker = createBreakerMetrics(make);
  return {
    upstreamCall: (call: UpstreamOutcome, traceId?: string) => {
      const { operation, status, outcome, durationMs } = call;
      requests(target, operation, toStatusClass(status), outcome).total += 1;
      durations(target, operation).observe(durationMs / 1000, traceId);
      if (status === 429) limited(target).total += 1;
      if (outcome === 'circuit-open') breaker.rejected();
      judge(call);
    },
    upstreamRetry: (reason: RetryReason) => {
      retries(target, reason).total += 1;
    },
    upstreamRetryRefused: () => {
      refused(target).total += 1;
    },
    ...createLoadMetrics(make),
    circuit: breaker.changed,
  };
}

/** Whether the last answer to the gateway's own credential refused it. */
function createRefusalMetric(make: MetricFactory): (call: UpstreamOutcome) => void {
  let isRefused = false;
  make.observed(upstreamMetrics.credentialRefused, (set) => set(isRefused ? 1 : 0, target));
  return ({ judgesOwnCredential, outcome, status }) => {
    if (judgesOwnCredential !== true || status === undefined) return;
    if (outcome === 'unauthorized') isRefused = true;
    else if (outcome === 'ok') isRefused = false;
  };
}

/** The circuit breaker of the gateway's calls. */
function createBreakerMetrics(make: MetricFactory) {
  const state = make.gauge(upstreamMetrics.breakerState);
  const transitions = make.counter(upstreamMetrics.breakerTransitions);
  const rejected = make.counter(upstreamMetrics.breakerRejected);
  const show = (now: CircuitStatus) => {
    for (const each of circuitStatuses) state(each === now ? 1 : 0, target, each);
  };
  show('closed');
  return {
    rejected: () => {
      rejected(target).total += 1;
    },
    changed: (now: CircuitStatus, from: CircuitStatus) => {
      show(now);
      transitions(target, from, now).total += 1;
    },
  };
}

/** Calls in flight, waiting and permitted. Stored with each call, rendered at a scrape. */
function createLoadMetrics(make: MetricFactory) {
  let load: Load = { places: 0, busy: 0, waiting: { urgent: 0, normal: 0 } };
  make.observed(upstreamMetrics.inFlight, (set) => set(load.busy, target));
  make.observed(upstreamMetrics.concurrencyLimit, (set) => set(load.places, target));
  make.observed(upstreamMetrics.waiting, (set) => {
    for (const [priority, count] of Object.entries(load.waiting)) set(count, target, priority);
  });
  return {
    upstreamLoad: (now: Load) => {
      load = now;
    },
  };
}
