import { authenticationMethods, refusals } from '../../credentials/credential.ts';
import { counter, durationBuckets, gauge, histogram, tenant } from './declaration.ts';

export const resources = ['user', 'group', 'schema', 'config', 'other'] as const;
export const requestOperations = [
  'create',
  'get',
  'list',
  'search',
  'replace',
  'patch',
  'delete',
  'bulk',
  'other',
] as const;

export type RequestOperation = (typeof requestOperations)[number];

/** Where the cause of a 5xx answer lies. */
export const origins = ['gateway', 'upstream'] as const;

/** Why a request was turned away for want of room. */
export const sheddingReasons = ['in-flight', 'bodies', 'event-loop', 'heap'] as const;
export type SheddingReason = (typeof sheddingReasons)[number];

const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const successes = [
  ['create', '201'],
  ['get', '200'],
  ['list', '200'],
  ['search', '200'],
  ['replace', '200'],
  ['patch', '200'],
  ['patch', '204'],
  ['delete', '204'],
] as const;
/** The statuses whose series exist from the start, so that rates work from the first event. */
const failures = ['400', '401', '403', '404', '409', '429', '500', '503'];
const sizeBuckets = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** Resource, operation, class of the status, status. */
const foreseenRequests: readonly (readonly [string, string, string, string])[] = [
  ...['user', 'group'].flatMap((resource) =>
    successes.flatMap(([operation, code]) => [code, ...failures].map((each) => toRow(resource, operation, each))),
  ),
  ...['200', ...failures].map((code) => toRow('other', 'bulk', code)),
];

const foreseenKinds = distinct([
  ...foreseenRequests.map(([resource, operation]) => [resource, operation]),
  ['other', 'other'],
]);

const kind = { resource: resources, operation: requestOperations };

/** How requests to the SCIM listener went. */
export const trafficMetrics = {
  requests: counter('http_requests_total', 'Requests answered; 499 are those whose client had gone.', {
    labels: { tenant, ...kind, status_class: statusClasses, code: 'the status of the answer' },
    foreseen: distinct(foreseenRequests),
  }),
  duration: histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last of its answer.',
    durationBuckets,
    {
      labels: { tenant, ...kind, status_class: statusClasses },
      foreseen: distinct(
        foreseenRequests.map(([resource, operation, statusClass]) => [resource, operation, statusClass]),
      ),
    },
  ),
  inFlight: gauge('http_requests_in_flight', 'Requests that are being served.'),
  serverErrors: counter(
    'http_server_errors_total',
    'Answers of 5xx, by whether Collate or the gateway (its Redis included) is the cause.',
    { labels: { tenant, origin: origins } },
  ),
  requestSize: histogram('http_request_size_bytes', 'Announced sizes of request bodies.', sizeBuckets, {
    labels: kind,
    foreseen: foreseenKinds,
  }),
  responseSize: histogram('http_response_size_bytes', 'Sizes of the bodies of answers.', sizeBuckets, {
    labels: kind,
    foreseen: foreseenKinds,
  }),
  shed: counter('http_requests_shed_total', 'Requests that were turned away for want of room.', {
    labels: { tenant, reason: sheddingReasons },
  }),
  rateLimited: counter('rate_limited_total', 'Requests that were answered 429, one token taking all there is.', {
    labels: { tenant, scope: ['credential'] },
  }),
  authAttempts: counter('auth_attempts_total', 'Requests by how they authenticated.', {
    labels: { method: ['none', ...authenticationMethods], result: ['ok', ...refusals] },
    foreseen: [
      ...authenticationMethods.flatMap((method) => ['ok', 'invalid', 'expired'].map((result) => [method, result])),
      ...refusals.map((result) => ['none', result]),
    ],
  }),
  tokenExpiry: gauge('token_expiry_timestamp_seconds', 'When a SCIM token expires; one without expiry has no series.', {
    token_id: 'the configured name of a token',
  }),
  lastRequest: gauge('idp_last_request_timestamp_seconds', 'When a provider last called; no series before it did.', {
    tenant,
  }),
  lastSuccess: gauge('idp_last_success_timestamp_seconds', 'When a provider last succeeded; no series before it did.', {
    tenant,
  }),
  syncGap: histogram(
    'idp_sync_gap_seconds',
    'Silence of a provider between two requests, when it lasted a minute or more: the pauses between its cycles.',
    [60, 120, 300, 600, 1_200, 2_400, 3_600, 7_200, 14_400, 43_200, 86_400],
    { labels: { tenant } },
  ),
};

function toRow(resource: string, operation: string, code: string): readonly [string, string, string, string] {
  return [resource, operation, `${code.charAt(0)}xx`, code];
}

function distinct(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(rows.map((row) => [row.join(' '), row])).values()];
}
