import {
  circuitStatuses,
  operations as collateOperations,
  priorities,
  retryReasons,
} from '@scim-gateway/collate-client';
import { collateErrorKinds } from '@scim-gateway/collate-client/model';
import { counter, durationBuckets, gauge, histogram } from './declaration.ts';

/** The one server behind the gateway. */
export const target = 'collate';

const targets = [target];

/** The rows of Collate's API that we rely on, by name. */
export const operationNames: readonly string[] = Object.values(collateOperations).map(({ name }) => name);

/** How a call ended: with an answer, or by the kind of its failure. */
const outcomes = ['ok', ...collateErrorKinds];

const foreseenEnds = [
  ['2xx', 'ok'],
  ['none', 'unreachable'],
  ['none', 'timeout'],
  ['5xx', 'unavailable'],
];

/** How Collate answers, and how hard it is used. */
export const upstreamMetrics = {
  requests: counter('upstream_requests_total', 'Calls to Collate, each attempt.', {
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
    'Time of calls to Collate, waiting for a place and a connection included.',
    durationBuckets,
    { labels: { target: targets, operation: operationNames } },
  ),
  retries: counter('upstream_retries_total', 'Calls to Collate that were repeated.', {
    labels: { target: targets, reason: retryReasons },
  }),
  rateLimited: counter('upstream_rate_limited_total', 'Answers of Collate that asked to wait.', {
    labels: { target: targets },
  }),
  retriesRefused: counter(
    'upstream_retry_budget_exhausted_total',
    'Calls to Collate that were not repeated since too many were.',
    { labels: { target: targets } },
  ),
  inFlight: gauge('upstream_in_flight', 'Calls to Collate that are under way.', { target: targets }),
  concurrencyLimit: gauge(
    'upstream_concurrency_limit',
    'Calls to Collate that may be under way at one time; follows its health.',
    { target: targets },
  ),
  waiting: gauge('upstream_waiting', 'Calls to Collate that wait for their turn.', {
    target: targets,
    priority: priorities,
  }),
  credentialRefused: gauge(
    'upstream_credential_refused',
    "Whether Collate refused the gateway's own token when it last judged it: the bot is gone, or its token is not valid.",
    { target: targets },
  ),
  tokenExpiry: gauge(
    'upstream_token_expiry_timestamp_seconds',
    "When the gateway's own Collate token expires; no series when it does not.",
    { target: targets },
  ),
  breakerState: gauge('circuit_breaker_state', 'The state of the breaker is the series that is 1.', {
    target: targets,
    state: circuitStatuses,
  }),
  breakerTransitions: counter('circuit_breaker_transitions_total', 'Changes of the breaker.', {
    labels: { target: targets, from: circuitStatuses, to: circuitStatuses },
    foreseen: [
      [target, 'closed', 'open'],
      [target, 'open', 'half-open'],
      [target, 'half-open', 'open'],
      [target, 'half-open', 'closed'],
    ],
  }),
  breakerRejected: counter('circuit_breaker_rejected_total', 'Calls to Collate that the open breaker kept.', {
    labels: { target: targets },
  }),
};
