import Type, { type Static } from 'typebox';
import { httpUrl, httpUrlWords } from './http-url.ts';
import { redis } from './redis-variables.ts';
import { tracing } from './tracing-variables.ts';
import { type Defaulted, defaulted, optional, type Variable } from './variable.ts';

const port = Type.Integer({ minimum: 0, maximum: 65_535 });
const list = Type.Array(Type.String({ minLength: 1 }));
const milliseconds = (minimum: number, maximum = 3_600_000) => Type.Integer({ minimum, maximum });

const listening = {
  HOST: defaulted({ type: Type.String(), default: '0.0.0.0', description: 'Address of both listeners.' }),
  PORT: defaulted({ type: port, default: 8080, description: 'SCIM listener; 0 lets the system choose.' }),
  MANAGEMENT_PORT: defaulted({
    type: port,
    default: 9090,
    description:
      'Listener for `/livez`, `/readyz`, `/metrics`, `/docs` and `/read-only`; 0 lets the system choose. Never expose it.',
  }),
  PUBLIC_URL: optional({
    type: httpUrl,
    accepts: httpUrlWords,
    description:
      'The URL at which providers reach the gateway, without `/scim/v2`; the base of `meta.location` and `Location`.',
    otherwise: 'from `HOST` and `PORT`; `http://localhost:PORT` when `HOST` is a wildcard',
  }),
  TRUSTED_PROXIES: defaulted({
    type: Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$' })),
    accepts: 'a comma-separated list of IP addresses or CIDR ranges',
    default: [],
    description:
      'Proxies whose `X-Forwarded-For` header is trusted. Without any, the address of the connection counts.',
  }),
  MAX_CONNECTIONS: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 4096,
    description: 'The most open connections of the SCIM listener; further connections are closed.',
  }),
  MAX_REQUESTS_IN_FLIGHT: defaulted({
    type: Type.Integer({ minimum: 8, maximum: 65_535 }),
    default: 1_024,
    description:
      'The most concurrent requests. An eighth is reserved for urgent requests, which take access away; one token may use three quarters of the rest. Further requests get 503, or 429 for that token.',
  }),
  MAX_EVENT_LOOP_DELAY_MS: defaulted({
    type: milliseconds(10),
    default: 1_000,
    description:
      'While the average delay of the event loop over a second exceeds this, requests that are not urgent get 503.',
  }),
  MAX_HEAP_PERCENT: defaulted({
    type: Type.Integer({ minimum: 10, maximum: 100 }),
    default: 90,
    description: 'While more of the heap is in use, requests that are not urgent get 503.',
  }),
  BODY_LIMIT_BYTES: defaulted({
    type: Type.Integer({ minimum: 1024, maximum: 268_435_456 }),
    default: 16_777_216,
    description:
      'The largest body of a request to `/Groups` or `/Bulk`. Elsewhere the limit is 1 MiB, or this if it is smaller.',
  }),
  REQUEST_DEADLINE_MS: defaulted({
    type: milliseconds(1, 600_000),
    default: 25_000,
    description: 'Time for one request, including calls to Collate and their retries.',
  }),
};

const collate = {
  COLLATE_URL: optional({
    type: httpUrl,
    accepts: httpUrlWords,
    description: 'Collate (OpenMetadata), without `/api`. Required.',
  }),
  COLLATE_TOKEN: optional({
    type: Type.String({ pattern: '^[\\x21-\\x7e]+$' }),
    accepts: 'a token without spaces or line breaks',
    secret: true,
    description: "The JWT of the gateway's own Collate bot. Required unless `ACCEPT_COLLATE_BOT_TOKEN`.",
  }),
  COLLATE_CONNECT_TIMEOUT_MS: defaulted({
    type: milliseconds(1),
    default: 3_000,
    description: 'Time to connect to Collate.',
  }),
  COLLATE_READ_TIMEOUT_MS: defaulted({
    type: milliseconds(1),
    default: 10_000,
    description: 'Time for one call to Collate that reads.',
  }),
  COLLATE_WRITE_TIMEOUT_MS: defaulted({
    type: milliseconds(1),
    default: 15_000,
    description:
      'Time for one call to Collate that writes. A request that waits for the locks of a crashed replica waits 3 seconds longer than this, so set it well below `REQUEST_DEADLINE_MS`.',
  }),
  COLLATE_CONCURRENCY: defaulted({
    type: Type.Integer({ minimum: 2, maximum: 1024 }),
    default: 32,
    description:
      'The most concurrent calls to Collate; an eighth is reserved for urgent requests. While Collate fails or is slow the limit falls, down to `COLLATE_MIN_CONCURRENCY`.',
  }),
  COLLATE_MIN_CONCURRENCY: defaulted({
    type: Type.Integer({ minimum: 2, maximum: 1024 }),
    default: 4,
    description: 'The least that the limit of concurrent calls to Collate falls to; at most `COLLATE_CONCURRENCY`.',
  }),
  COLLATE_QUEUE: defaulted({
    type: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    default: 2_000,
    description:
      'The most calls to Collate that wait for a free slot, and as many again for urgent requests; further calls fail at once.',
  }),
};

const credentials = {
  SCIM_TOKEN: optional({
    type: Type.String({ pattern: '^[\\x21-\\x7e]+$' }),
    accepts: 'a token without spaces or line breaks',
    secret: true,
    description:
      'One bearer token for one provider. Without any credential the gateway generates a token and prints it.',
  }),
  SCIM_TOKENS_FILE: optional({
    type: Type.String(),
    description:
      'A JSON file of tokens: a list of `{name, sha256, provider, profile, scopes, expires}`, as `scim-gateway token new` prints them. The gateway reads it again when it changes.',
  }),
  ACCEPT_COLLATE_BOT_TOKEN: defaulted({
    type: Type.Boolean(),
    default: false,
    description:
      "Whether a Collate bot's own token is a credential. The bot acts itself if `COLLATE_TOKEN` is not set.",
  }),
  COLLATE_BOT_NAMES: defaulted({
    type: list,
    default: ['scim-bot'],
    description: 'The bots whose tokens are accepted.',
  }),
};

const cache = {
  CACHE_TTL_MS: defaulted({
    type: milliseconds(0, 86_400_000),
    default: 300_000,
    description: 'How long a change that others make in Collate may stay unseen, in milliseconds.',
  }),
  CACHE_NEGATIVE_TTL_MS: defaulted({
    type: milliseconds(0),
    default: 5_000,
    description: 'How long the cache remembers that a look-up found nothing, in milliseconds.',
  }),
};

const provisioning = {
  REMEMBERED_ATTRIBUTES: defaulted({
    type: list,
    accepts: 'a comma-separated list of SCIM attribute paths',
    default: ['externalId', 'name.givenName', 'name.familyName'],
    description: "SCIM attributes stored in Collate's document store, which Collate's users can read through its API.",
  }),
  USER_DELETE: defaulted({
    type: Type.Enum(['soft', 'hard']),
    default: 'soft',
    description: 'How `DELETE` deletes a user; `hard` deletes softly while the user owns assets.',
  }),
  EMAIL_CHANGE: defaulted({
    type: Type.Enum(['remember', 'refuse']),
    default: 'remember',
    description:
      "Whether a changed primary e-mail is stored in the annotation or refused; Collate's own e-mail never changes.",
  }),
  NAME_RULE: defaulted({
    type: Type.Enum(['auto', 'email-local-part', 'userName-local-part', 'userName']),
    default: 'auto',
    description: "The source of a new user's Collate name; `auto` derives it from the server's login settings.",
  }),
  ADOPT_ON_POST: defaulted({
    type: Type.Boolean(),
    default: true,
    description: 'Whether `POST` adopts a Collate user or team that SCIM did not create.',
  }),
  RECYCLED_ACCOUNT: defaulted({
    type: Type.Enum(['refuse', 'restore', 'hard-delete']),
    default: 'refuse',
    description: 'What `POST` does for the address of a deleted user with another `externalId`.',
  }),
  REVIVE_FOREIGN: defaulted({
    type: Type.Boolean(),
    default: false,
    description: 'Whether `active: true` restores a user that was deleted in Collate.',
  }),
  TRUSTED_BOTS: defaulted({
    type: list,
    default: [],
    description: "Collate bots whose annotations and deletions count as the gateway's own.",
  }),
  PROTECTED_USERS: defaulted({
    type: list,
    default: [],
    description: 'Names or e-mails of Collate users that no provider may deactivate or delete.',
  }),
  GROUP_ADOPTION: defaulted({
    type: Type.String({ pattern: '^(everywhere|unprivileged|never|subtree:.+)$' }),
    accepts: 'everywhere, unprivileged, subtree:NAME or never',
    default: 'everywhere',
    description: 'Which existing teams a provider may adopt.',
  }),
  TYPE_CONFLICT: defaulted({
    type: Type.Enum(['create', 'refuse']),
    default: 'create',
    description: 'What `POST` does if a team of another type has the name.',
  }),
  READ_ONLY: defaulted({
    type: Type.Boolean(),
    default: false,
    description:
      'Whether every write is refused with 403. `PUT /read-only` on the management listener switches it at run time.',
  }),
  PAGE_DEFAULT: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 10_000 }),
    default: 100,
    description: 'Resources per list response without `count` in the request.',
  }),
  PAGE_MAX: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 10_000 }),
    default: 1_000,
    description: 'The most resources per list response.',
  }),
  FILTER_LIMITS: defaulted({
    type: Type.String({ pattern: '^[1-9][0-9]{0,6},[1-9][0-9]{0,3},[1-9][0-9]{0,5}$' }),
    accepts: 'LENGTH,DEPTH,NODES, three whole numbers',
    default: '16384,60,2000',
    description: 'The limits of a filter: characters, depth of nesting, number of nodes.',
  }),
  SCAN_LIMIT: defaulted({
    type: Type.Integer({ minimum: 1_000, maximum: 10_000_000 }),
    default: 250_000,
    description:
      'The most entities that the gateway reads for a list request that a look-up cannot answer; beyond it the response is 400 `tooMany`.',
  }),
};

const operation = {
  LOG_LEVEL: defaulted({
    type: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    description: 'The least severe level that is logged, to standard error. Audit events are written at every level.',
  }),
  DRAIN_DELAY_MS: defaulted({
    type: milliseconds(0, 600_000),
    default: 0,
    description:
      'On SIGTERM: milliseconds during which `/readyz` returns 503 before the gateway stops accepting connections.',
  }),
  BUILD_REVISION: optional({
    type: Type.String({ pattern: '^[0-9A-Za-z._-]{1,64}$' }),
    accepts: 'up to 64 letters, digits, dots, dashes and underscores',
    description: 'The commit that the gateway was built from, shown by `scim_gateway_build_info`; the image sets it.',
  }),
  SHUTDOWN_GRACE_MS: defaulted({
    type: milliseconds(0, 600_000),
    default: 30_000,
    description: 'Milliseconds after that for requests in flight to finish.',
  }),
};

/** Every environment variable that the gateway reads, by topic, each declared once. */
export const topics = {
  Listening: listening,
  Collate: collate,
  Credentials: credentials,
  Redis: redis,
  Cache: cache,
  Provisioning: provisioning,
  Operation: operation,
  'OpenTelemetry traces': tracing,
} as const;

/** Every environment variable that the gateway reads. */
export const variables = {
  ...listening,
  ...collate,
  ...credentials,
  ...redis,
  ...cache,
  ...provisioning,
  ...operation,
  ...tracing,
};

/** The name of a variable. */
export type VariableName = keyof typeof variables;

type ValueOf<V> =
  V extends Defaulted<infer T> ? Static<T> : V extends Variable<infer T> ? Static<T> | undefined : never;

/** The variables' values after parsing. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof variables)[Name]> };
