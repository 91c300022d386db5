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
    description: 'Where providers reach the gateway, without `/scim/v2`; the base of `meta.location` and `Location`.',
    otherwise: 'from `HOST` and `PORT`; `http://localhost:PORT` when `HOST` is a wildcard',
  }),
  TRUSTED_PROXIES: defaulted({
    type: Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$' })),
    accepts: 'a comma-separated list of IP addresses or CIDR ranges',
    default: [],
    description: 'Proxies whose `X-Forwarded-For` is believed. Without any, the address of the connection counts.',
  }),
  MAX_CONNECTIONS: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 4096,
    description: 'Connections that the SCIM listener holds at one time; further ones are closed.',
  }),
  MAX_REQUESTS_IN_FLIGHT: defaulted({
    type: Type.Integer({ minimum: 8, maximum: 65_535 }),
    default: 1_024,
    description:
      'Requests that are served at one time, an eighth of them only to take access away; of the rest one token may have three quarters. Further ones are answered 503, or 429 to that token.',
  }),
  MAX_EVENT_LOOP_DELAY_MS: defaulted({
    type: milliseconds(10),
    default: 1_000,
    description:
      'When the event loop is later than this on average over a second, requests that take no access away are answered 503.',
  }),
  MAX_HEAP_PERCENT: defaulted({
    type: Type.Integer({ minimum: 10, maximum: 100 }),
    default: 90,
    description: 'When more of the heap is in use, requests that take no access away are answered 503.',
  }),
  BODY_LIMIT_BYTES: defaulted({
    type: Type.Integer({ minimum: 1024, maximum: 268_435_456 }),
    default: 16_777_216,
    description: 'Largest body of a request to Groups; elsewhere the smaller of this and 1 MiB.',
  }),
  REQUEST_DEADLINE_MS: defaulted({
    type: milliseconds(1, 600_000),
    default: 25_000,
    description: 'Time for one request, upstream calls and their retries included.',
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
    accepts: 'a token without blanks or line breaks',
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
    description: 'Time for one reading call to Collate.',
  }),
  COLLATE_WRITE_TIMEOUT_MS: defaulted({
    type: milliseconds(1),
    default: 15_000,
    description:
      'Time for one writing call to Collate. Whoever waits for a replica that died waits 3 seconds longer than that, so it should be well below `REQUEST_DEADLINE_MS`.',
  }),
  COLLATE_CONCURRENCY: defaulted({
    type: Type.Integer({ minimum: 2, maximum: 1024 }),
    default: 32,
    description:
      'Calls to Collate at one time while it is well; an eighth of them only to take access away. While Collate fails or is slow there are fewer, down to `COLLATE_MIN_CONCURRENCY`.',
  }),
  COLLATE_MIN_CONCURRENCY: defaulted({
    type: Type.Integer({ minimum: 2, maximum: 1024 }),
    default: 4,
    description: 'Calls to Collate at one time however ill it is; never more than `COLLATE_CONCURRENCY`.',
  }),
  COLLATE_QUEUE: defaulted({
    type: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    default: 2_000,
    description:
      'Calls to Collate that may wait for their turn, and as many again that take access away; further ones fail at once.',
  }),
};

const credentials = {
  SCIM_TOKEN: optional({
    type: Type.String({ pattern: '^[\\x21-\\x7e]+$' }),
    accepts: 'a token without blanks or line breaks',
    secret: true,
    description: 'One bearer token for one provider. Without any credential a random one is made and printed.',
  }),
  SCIM_TOKENS_FILE: optional({
    type: Type.String(),
    description:
      'A JSON file of tokens: a list of `{name, sha256, provider, profile, scopes, expires}`, as `scim-gateway token new` prints them. Re-read when it changes.',
  }),
  ACCEPT_COLLATE_BOT_TOKEN: defaulted({
    type: Type.Boolean(),
    default: false,
    description: "Accept a Collate bot's own token as credential. It acts itself when `COLLATE_TOKEN` is not set.",
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
    description: 'How long what others change in Collate may stay unseen.',
  }),
  CACHE_NEGATIVE_TTL_MS: defaulted({
    type: milliseconds(0),
    default: 5_000,
    description: 'How long an absence is remembered.',
  }),
};

const provisioning = {
  REMEMBERED_ATTRIBUTES: defaulted({
    type: list,
    accepts: 'a comma-separated list of SCIM attribute paths',
    default: ['externalId', 'name.givenName', 'name.familyName'],
    description: "SCIM attributes kept in Collate's document store, which Collate's users can read through its API.",
  }),
  USER_DELETE: defaulted({
    type: Type.Enum(['soft', 'hard']),
    default: 'soft',
    description: 'What `DELETE` does to a user; `hard` stays soft while the user owns assets.',
  }),
  EMAIL_CHANGE: defaulted({
    type: Type.Enum(['remember', 'refuse']),
    default: 'remember',
    description:
      "Whether a changed primary e-mail is kept beside Collate's own or refused; it is never written to Collate.",
  }),
  NAME_RULE: defaulted({
    type: Type.Enum(['auto', 'email-local-part', 'userName-local-part', 'userName']),
    default: 'auto',
    description: "Where a new user's Collate name comes from; `auto` asks the server how people log in.",
  }),
  ADOPT_ON_POST: defaulted({
    type: Type.Boolean(),
    default: true,
    description: 'Whether `POST` takes over an account or Group that came to Collate otherwise.',
  }),
  RECYCLED_ACCOUNT: defaulted({
    type: Type.Enum(['refuse', 'restore', 'hard-delete']),
    default: 'refuse',
    description: "What `POST` does with a deleted user's address under another `externalId`.",
  }),
  REVIVE_FOREIGN: defaulted({
    type: Type.Boolean(),
    default: false,
    description: 'Whether `active: true` restores users that somebody deleted in Collate.',
  }),
  TRUSTED_BOTS: defaulted({
    type: list,
    default: [],
    description: 'Collate bots, besides our own, whose documents and deletions count as ours.',
  }),
  PROTECTED_USERS: defaulted({
    type: list,
    default: [],
    description: 'Collate user names or e-mails that no provider may deactivate or delete.',
  }),
  GROUP_ADOPTION: defaulted({
    type: Type.String({ pattern: '^(everywhere|unprivileged|never|subtree:.+)$' }),
    accepts: 'everywhere, unprivileged, subtree:NAME or never',
    default: 'everywhere',
    description: 'Which existing teams a provider may take over.',
  }),
  TYPE_CONFLICT: defaulted({
    type: Type.Enum(['create', 'refuse']),
    default: 'create',
    description: 'What `POST` does when a team of another type has the name.',
  }),
  READ_ONLY: defaulted({
    type: Type.Boolean(),
    default: false,
    description:
      'Refuse every write with 403. Also switchable at run time: `PUT /read-only` on the management listener.',
  }),
  PAGE_DEFAULT: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 10_000 }),
    default: 100,
    description: 'Resources per list answer when the provider does not say.',
  }),
  PAGE_MAX: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 10_000 }),
    default: 1_000,
    description: 'Most resources per list answer.',
  }),
  FILTER_LIMITS: defaulted({
    type: Type.String({ pattern: '^[1-9][0-9]{0,6},[1-9][0-9]{0,3},[1-9][0-9]{0,5}$' }),
    accepts: 'LENGTH,DEPTH,NODES, three whole numbers',
    default: '16384,60,2000',
    description: 'Longest filter in characters, deepest nesting, most nodes.',
  }),
  SCAN_LIMIT: defaulted({
    type: Type.Integer({ minimum: 1_000, maximum: 10_000_000 }),
    default: 250_000,
    description:
      'Most entries of Collate that are looked at to answer one list request which look-ups cannot answer; beyond it the answer is 400 `tooMany`.',
  }),
};

const operation = {
  LOG_LEVEL: defaulted({
    type: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    description: 'What is logged, to stderr. Audit events are written at every level.',
  }),
  DRAIN_DELAY_MS: defaulted({
    type: milliseconds(0, 600_000),
    default: 0,
    description: 'On SIGTERM: how long `/readyz` says 503 before the gateway stops accepting.',
  }),
  BUILD_REVISION: optional({
    type: Type.String({ pattern: '^[0-9A-Za-z._-]{1,64}$' }),
    accepts: 'up to 64 letters, digits, dots, dashes and underscores',
    description: 'The commit that the gateway was built from, shown by `scim_gateway_build_info`; an image sets it.',
  }),
  SHUTDOWN_GRACE_MS: defaulted({
    type: milliseconds(0, 600_000),
    default: 30_000,
    description: 'How long requests in flight may take to finish after that.',
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
