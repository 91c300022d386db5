import {
  circuitStatuses,
  operations as collateOperations,
  priorities,
  retryReasons,
} from '@scim-gateway/collate-client';
import { collateErrorKinds } from '@scim-gateway/collate-client/model';
import { counter, durationBuckets, gauge, histogram } from './declaration.ts';

/** The value of the `target` label: the gateway has one upstream. */
export const target = 'collate';

const targets = [target];

/** The operations of Collate's API that the gateway uses. */
export const operationNames: readonly string[] = Object.values(collateOperations).map(({ name }) => name);

/** The outcome of a call: `ok`, or the kind of its failure. */
const outcomes = ['ok', ...collateErrorKinds];

const foreseenEnds = [
  ['2xx', 'ok'],
  ['none', 'unreachable'],
  ['none', 'timeout'],
  ['5xx', 'unavailable'],
];

/** Calls to Collate and the load on it. */
export const upstreamMetrics = {
  requests: counter('upstream_requests_total', 'Calls to Collate; each attempt counts.', {
    labels: {
      target: targets,
      operation: operationNames,
      status_class: ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'],
      outcome: outcomes,
    },
    foreseen: operationNames.flatMap((operation) => foreseenEnds.map((end) => [target, operation, ...end])),
  }),
  duration: histogram(
    'upstream_request_duration_seconds',
    'Duration of calls to Collate, including the wait for a free slot and a connection.',
    durationBuckets,
    { labels: { target: targets, operation: operationNames } },
  ),
  retries: counter('upstream_retries_total', 'Retries of calls to Collate, by reason.', {
    labels: { target: targets, reason: retryReasons },
  }),
  rateLimited: counter('upstream_rate_limited_total', 'Responses of Collate with status 429.', {
    labels: { target: targets },
  }),
  retriesRefused: counter(
    'upstream_retry_budget_exhausted_total',
    'Calls to Collate that were not retried because the retry budget was exhausted.',
    { labels: { target: targets } },
  ),
  inFlight: gauge('upstream_in_flight', 'Calls to Collate in progress.', { target: targets }),
  concurrencyLimit: gauge('upstream_concurrency_limit', 'The most concurrent calls to Collate; adapts to its health.', {
    target: targets,
  }),
  waiting: gauge('upstream_waiting', 'Calls to Collate that wait for a free slot.', {
    target: targets,
    priority: priorities,
  }),
  credentialRefused: gauge(
    'upstream_credential_refused',
    "1 if Collate last refused the gateway's own token, else 0: the bot is deleted, or its token is invalid.",
    { target: targets },
  ),
  tokenExpiry: gauge(
    'upstream_token_expiry_timestamp_seconds',
    "When the gateway's own Collate token expires; no series for a token without expiry.",
    { target: targets },
  ),
  breakerState: gauge('circuit_breaker_state', 'The state of the circuit breaker: the series that is 1.', {
    target: targets,
    state: circuitStatuses,
  }),
  breakerTransitions: counter('circuit_breaker_transitions_total', 'State changes of the circuit breaker.', {
    labels: { target: targets, from: circuitStatuses, to: circuitStatuses },
    foreseen: [
      [target, 'closed', 'open'],
      [target, 'open', 'half-open'],
      [target, 'half-open', 'open'],
      [target, 'half-open', 'closed'],
    ],
  }),
  breakerRejected: counter(
    'circuit_breaker_rejected_total',
    'Calls to Collate that the open circuit breaker rejected.',
    { labels: { target: targets } },
  ),
};
