import type { LeaseObserver } from '@scim-gateway/cache';
import type { Load } from '@scim-gateway/collate-client';
import type { MetricFactory } from './metrics.ts';
import { durationBuckets, toStatusClass } from './request-metrics.ts';

/** One attempt at one call to Collate. */
export interface UpstreamOutcome {
  readonly operation: string;
  readonly status: number | undefined;
  readonly outcome: string;
  readonly durationMs: number;
}

/** How Collate answers. */
export function createUpstreamMetrics(make: MetricFactory) {
  const target = 'collate';
  const labels = ['target', 'operation', 'status_class'];
  const requests = make.tally('upstream_requests_total', 'Calls to Collate, each attempt.', ...labels, 'outcome');
  const durations = make.histogram(
    'upstream_request_duration_seconds',
    'Time of calls to Collate, waiting for a connection included.',
    durationBuckets,
    'target',
    'operation',
  );
  const retries = make.counter('upstream_retries_total', 'Calls to Collate that were repeated.', 'target', 'reason');
  const limited = make.counter('upstream_rate_limited_total', 'Answers of Collate that asked to wait.', 'target');
  const refused = make.counter(
    'upstream_retry_budget_exhausted_total',
    'Calls to Collate that were not repeated since too many were.',
    'target',
  );
  for (const reason of ['unreachable', 'timeout', 'unavailable', 'rate-limited']) retries.inc({ target, reason }, 0);
  for (const counter of [limited, refused]) counter.inc({ target }, 0);
  const breaker = createBreakerMetrics(make, target);
  return {
    upstreamCall: ({ operation, status, outcome, durationMs }: UpstreamOutcome) => {
      requests(target, operation, toStatusClass(status), outcome).total += 1;
      durations.observe({ target, operation }, durationMs / 1000);
      if (status === 429) limited.inc({ target });
      if (outcome === 'circuit-open') breaker.rejected();
    },
    upstreamRetry: (reason: string) => retries.inc({ target, reason }),
    upstreamRetryRefused: () => refused.inc({ target }),
    ...createLoadMetrics(make, target),
    circuit: breaker.changed,
  };
}

/** The ways of a breaker. */
const changes = [
  ['closed', 'open'],
  ['open', 'half-open'],
  ['half-open', 'open'],
  ['half-open', 'closed'],
] as const;

/** Whether calls are sent at all. */
function createBreakerMetrics(make: MetricFactory, target: string) {
  const state = make.gauge(
    'circuit_breaker_state',
    'The state of the breaker is the series that is 1.',
    'target',
    'state',
  );
  const transitions = make.counter(
    'circuit_breaker_transitions_total',
    'Changes of the breaker.',
    'target',
    'from',
    'to',
  );
  const rejected = make.counter(
    'circuit_breaker_rejected_total',
    'Calls to Collate that the open breaker kept.',
    'target',
  );
  const states = ['closed', 'open', 'half-open'];
  for (const each of states) state.set({ target, state: each }, each === 'closed' ? 1 : 0);
  for (const [from, to] of changes) transitions.inc({ target, from, to }, 0);
  rejected.inc({ target }, 0);
  return {
    rejected: () => rejected.inc({ target }),
    changed: (now: string, from: string) => {
      for (const each of states) state.set({ target, state: each }, each === now ? 1 : 0);
      transitions.inc({ target, from, to: now });
    },
  };
}

/** How many calls there are, wait, and may be; read when asked, since calls are many. */
function createLoadMetrics(make: MetricFactory, target: string) {
  let load: Load = { places: 0, busy: 0, waiting: { urgent: 0, normal: 0 } };
  const labels = ['target'];
  make.observed('upstream_in_flight', 'Calls to Collate that are under way.', labels, (gauge) =>
    gauge.set({ target }, load.busy),
  );
  make.observed(
    'upstream_concurrency_limit',
    'Calls to Collate that may be under way at one time; follows its health.',
    labels,
    (gauge) => gauge.set({ target }, load.places),
  );
  make.observed('upstream_waiting', 'Calls to Collate that wait for their turn.', [...labels, 'priority'], (gauge) => {
    for (const [priority, count] of Object.entries(load.waiting)) gauge.set({ target, priority }, count);
  });
  return {
    upstreamLoad: (now: Load) => {
      load = now;
    },
  };
}

/** What the cache, Redis and Collate's document store are worth. */
export function createStoreMetrics(make: MetricFactory, isRedisConfigured: boolean) {
  const reads = make.tally('cache_requests_total', 'Look-ups in the cache.', 'cache', 'result');
  const configured = make.gauge('redis_configured', 'Whether replicas share a Redis.');
  const up = make.gauge('redis_up', 'Whether Redis answers; 0 also when none is configured.');
  const errors = make.counter('redis_errors_total', 'Redis commands that failed or took too long.');
  const documents = make.gauge(
    'document_store_state',
    "What Collate's document store is to us: the series that is 1.",
    'state',
  );
  configured.set(isRedisConfigured ? 1 : 0);
  for (const cache of ['user', 'group', 'team-kind', 'document', 'documents']) {
    for (const result of ['hit', 'miss']) reads(cache, result);
  }
  const states = ['available', 'absent', 'refused'];
  for (const state of states) documents.set({ state }, 0);
  return {
    cacheRead: (cache: string, result: 'hit' | 'miss') => {
      reads(cache, result).total += 1;
    },
    redisAvailable: (isAvailable: boolean) => up.set(isAvailable ? 1 : 0),
    redisError: () => errors.inc(),
    leases: createLeaseMetrics(make),
    documentStore: (now: string) => {
      for (const state of states) documents.set({ state }, state === now ? 1 : 0);
    },
  };
}

/** How long writes wait for each other over all replicas, and whether Redis can be relied on for that. */
function createLeaseMetrics(make: MetricFactory): LeaseObserver {
  const waits = make.histogram(
    'lease_wait_seconds',
    'Time that a request waited to be alone with its users and groups over all replicas, and how that ended.',
    durationBuckets,
    'outcome',
  );
  const lost = make.counter('leases_lost_total', 'Leases that somebody else may have got before they were given back.');
  const pause = make.gauge(
    'lease_pause_seconds',
    'How long no lease is given, since Redis lost some; 0 when all is well.',
  );
  for (const outcome of ['held', 'unreachable', 'refused', 'settling', 'aborted']) waits.zero({ outcome });
  return {
    onWait: (milliseconds, outcome) => waits.observe({ outcome }, milliseconds / 1000),
    onLost: () => lost.inc(),
    onPause: (milliseconds) => pause.set(milliseconds / 1000),
  };
}
