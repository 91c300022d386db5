import { unhandled } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { isObject, type Json } from '../state/row.ts';
import { authConfig, authorizerConfig } from './system-config.ts';

/** The endpoints of the server's configuration and state. */
export const systemRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'system/version',
    open: true,
    handler: ({ state }) => ok({ version: state.rules.version, revision: 'simulated', timestamp: 1_685_459_755_000 }),
  },
  { method: 'GET', path: 'system/config/auth', open: true, handler: authConfig },
  { method: 'GET', path: 'system/config/authorizer', open: true, handler: authorizerConfig },
  { method: 'GET', path: 'system/config/jwks', open: true, handler: ({ issuer }) => ok(issuer.keySet()) },
  {
    method: 'POST',
    path: 'users/checkEmailVerified',
    handler: () => ({ status: 200, body: '', headers: { 'content-type': '' } }),
  },
  { method: 'GET', path: 'events/subscriptions', handler: listSubscriptions },
  { method: 'GET', path: 'search/query', handler: search },
];

/** The endpoint that only generation 1.1 has; later ones answer 405. */
export const earlierSystemRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: 'users/checkEmailInUse',
    handler: ({ state, body }) => ok(state.userByEmail(emailOf(body)) !== undefined),
  },
];

const emptyList: Reply = ok({ data: [], paging: { total: 0 } });

/** The endpoints that generation 1.1 lacks. Without a token the first two answer, too: a belief. */
export const laterSystemRoutes: readonly Route[] = [
  { method: 'GET', path: 'system/health', open: true, handler: () => health },
  { method: 'GET', path: 'system/status', open: true, handler: () => ok(status) },
  { method: 'GET', path: 'personas', handler: () => emptyList },
];

/** Plain text, although the header calls it JSON. */
const health: Reply = { status: 200, body: 'OK', headers: { 'content-type': 'application/json' } };

const check = (
  description: string,
  { passed, message }: { readonly passed: boolean; readonly message: string },
): Json => ({
  description,
  passed,
  message,
});

/** The checks of a server without a search engine, as recorded on 1.12.6. */
const status = {
  database: check('Validate that we can properly run a query against the configured database.', {
    passed: true,
    message: 'Connected to jdbc:postgresql://127.0.0.1:5432/openmetadata_db',
  }),
  searchInstance: check('Validate that the search client is available.', {
    passed: false,
    message: 'Data Insights Application is Installed but it is not reachable or available',
  }),
  pipelineServiceClient: check('Validate that the pipeline service client is available.', {
    passed: false,
    message: 'Pipeline client disabled, please check configuration',
  }),
  jwks: check('Validate that the ingestion-bot JWT token can be properly decoded.', {
    passed: true,
    message: 'Ingestion Bot token has been validated',
  }),
  migrations: check('Validate that all the necessary migrations have been properly executed.', {
    passed: true,
    message: 'Executed migrations: [0.0.0, 1.12.6]',
  }),
};

/** The alerts of a new server, without their rules. */
function listSubscriptions({ state, view }: Context): Reply {
  const names = state.rules.generation === '1.1' ? ['ActivityFeedAlert', 'DataInsightReport'] : laterAlerts;
  const data = names.map((name, index) => {
    const id = `00000000-0000-4000-8000-00000000000${index + 1}`;
    const href = `${view.base}/api/v1/events/subscriptions/${id}`;
    return { id, name, fullyQualifiedName: name, href, version: 0.1, updatedBy: 'admin', enabled: true };
  });
  return ok({ data, paging: { total: data.length } });
}

const laterAlerts = ['ActivityFeedAlert', 'WorkflowEventConsumer'];

/** @throws ApiError 500, because there is no search engine. */
function search({ state }: Context): never {
  throw unhandled(
    state.rules.generation === '1.1'
      ? 'Connection refused'
      : 'Connect to http://127.0.0.1:9 [/127.0.0.1] failed: Connection refused',
  );
}

function emailOf(body: unknown): string {
  return isObject(body) && 'email' in body ? String(body['email']) : '';
}
