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

/** The cause of a 5xx response. */
export const origins = ['gateway', 'upstream'] as const;

/** Why a request was refused for lack of capacity. */
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

/** Resource, operation, status class, status. */
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

/** Requests to the SCIM listener. */
export const trafficMetrics = {
  requests: counter('http_requests_total', 'Answered requests. Status 499: the client disconnected first.', {
    labels: { tenant, ...kind, status_class: statusClasses, code: 'the status of the response' },
    foreseen: distinct(foreseenRequests),
  }),
  duration: histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last byte of its response.',
    durationBuckets,
    {
      labels: { tenant, ...kind, status_class: statusClasses },
      foreseen: distinct(
        foreseenRequests.map(([resource, operation, statusClass]) => [resource, operation, statusClass]),
      ),
    },
  ),
  inFlight: gauge('http_requests_in_flight', 'Requests in progress.'),
  serverErrors: counter(
    'http_server_errors_total',
    'Responses with a 5xx status, by cause: Collate (upstream), or the gateway and its Redis.',
    { labels: { tenant, origin: origins } },
  ),
  requestSize: histogram('http_request_size_bytes', 'Sizes of request bodies, by Content-Length.', sizeBuckets, {
    labels: kind,
    foreseen: foreseenKinds,
  }),
  responseSize: histogram('http_response_size_bytes', 'Sizes of response bodies.', sizeBuckets, {
    labels: kind,
    foreseen: foreseenKinds,
  }),
  shed: counter('http_requests_shed_total', 'Requests refused with 503 for lack of capacity.', {
    labels: { tenant, reason: sheddingReasons },
  }),
  rateLimited: counter(
    'rate_limited_total',
    'Requests refused with 429 because their credential uses all its capacity.',
    {
      labels: { tenant, scope: ['credential'] },
    },
  ),
  authAttempts: counter('auth_attempts_total', 'Requests by authentication method and result.', {
    labels: { method: ['none', ...authenticationMethods], result: ['ok', ...refusals] },
    foreseen: [
      ...authenticationMethods.flatMap((method) => ['ok', 'invalid', 'expired'].map((result) => [method, result])),
      ...refusals.map((result) => ['none', result]),
    ],
  }),
  tokenExpiry: gauge(
    'token_expiry_timestamp_seconds',
    'When a SCIM token expires; a token without expiry has no series.',
    {
      token_id: 'the configured name of a token',
    },
  ),
  lastRequest: gauge(
    'idp_last_request_timestamp_seconds',
    'When a provider last sent a request; no series before the first.',
    {
      tenant,
    },
  ),
  lastSuccess: gauge(
    'idp_last_success_timestamp_seconds',
    'When a request of a provider last succeeded; no series before the first.',
    {
      tenant,
    },
  ),
  syncGap: histogram(
    'idp_sync_gap_seconds',
    'Pauses of a minute or more between two requests of a provider: the time between its cycles.',
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
