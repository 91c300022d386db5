import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ResourceType } from '@scim-gateway/scim';
import { type FastifyInstance, fastify } from 'fastify';
import type { Authenticate } from '../credentials/credential.ts';
import type { Audit } from '../observability/audit.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/trace.ts';
import type { ResourceService } from '../provisioning/service.ts';
import { addAuthentication } from './hooks/authentication.ts';
import { addAuthorization, type ReadOnlySwitch } from './hooks/authorization.ts';
import { answerClientError } from './hooks/client-error.ts';
import { addDeadline } from './hooks/deadline.ts';
import { addDraining } from './hooks/draining.ts';
import { addErrors, renderError, toScimError } from './hooks/errors.ts';
import { addLimits } from './hooks/limits.ts';
import { addMediaTypes } from './hooks/media-type.ts';
import { addOpenApi } from './hooks/openapi.ts';
import { addTelemetry } from './hooks/telemetry.ts';
import { addTracing } from './hooks/tracing.ts';
import { addAdmission } from './overload/hook.ts';
import type { Pressure } from './overload/pressure.ts';
import { withPlusSigns } from './query-string.ts';
import { addBulkRoute, type BulkTarget } from './routes/bulk.ts';
import { addDiscoveryRoutes } from './routes/discovery.ts';
import type { PageLimits } from './routes/list-query.ts';
import { addResourceRoutes } from './routes/resource.ts';
import { addRootRoutes } from './routes/root.ts';
import { addAllowedMethods, addNotImplemented } from './routes/unsupported.ts';
import { createWrites } from './routes/writes.ts';

/** Path prefix of every SCIM endpoint. */
export const basePath = '/scim/v2';

/** Paths that answer reads without a token; compared with the path exactly as sent. */
const publicPaths: ReadonlySet<string> = new Set([`${basePath}/ServiceProviderConfig`]);

/** The parts that the SCIM listener is built from. */
export interface AppServices {
  readonly users: ResourceService;
  readonly groups: ResourceService;
  readonly describeTypes: () => readonly ResourceType[];
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly audit: Audit;
  readonly readOnly: ReadOnlySwitch;
  /** The resource that the process is short of. Absent: it is never under pressure. */
  readonly findPressure?: () => Pressure | undefined;
  /** True once the gateway shuts down. Absent: it never drains. */
  readonly isDraining?: () => boolean;
  /** Absent: requests are not traced. */
  readonly tracing?: Tracing;
}

/** Limits and identity of the SCIM listener. */
export interface AppOptions {
  /** The SCIM base URL without a trailing slash; known once the gateway listens. */
  readonly baseUrl: () => string;
  readonly version: string;
  readonly deadlineMs: number;
  /** Largest body of a request to Groups or Bulk; other endpoints accept the smaller of this and 1 MiB. */
  readonly bodyLimitBytes: number;
  readonly maxConnections: number;
  readonly maxRequestsInFlight: number;
  readonly trustedProxies: readonly string[];
  readonly pages: PageLimits;
}

const mebibyte = 2 ** 20;

/** The bodies in memory at one time have room for this many of the largest size. */
const largestBodies = 4;

const maxBulkOperations = 1_000;

/**
 * Builds the SCIM listener. The hooks act in the order in which they are added here; hooks/README.md explains the
 * order.
 */
export async function buildApp(services: AppServices, options: AppOptions): Promise<FastifyInstance> {
  const app = createServer(options);
  app.decorateRequest('facts');
  addErrors(app, services);
  addTelemetry(app, services);
  addDraining(app, services.isDraining ?? (() => false));
  addAuthentication(app, { ...services, publicPaths });
  addAuthorization(app, services);
  addAdmission(app, {
    requests: options.maxRequestsInFlight,
    bodyBytes: options.bodyLimitBytes * largestBodies,
    metrics: services.metrics,
    findPressure: services.findPressure ?? (() => undefined),
  });
  addLimits(app);
  addMediaTypes(app);
  addDeadline(app, options);
  if (services.tracing !== undefined) addTracing(app, services.tracing);
  await addOpenApi(app, services.describeTypes(), options.version);
  await app.register(
    (scim, _options, done) => {
      addRoutes(scim, services, options);
      done();
    },
    { prefix: basePath },
  );
  return app;
}

function addRoutes(app: FastifyInstance, services: AppServices, options: AppOptions): void {
  const { audit, metrics, logger, users, groups, describeTypes } = services;
  const { pages, baseUrl, bodyLimitBytes } = options;
  const smallBodyLimit = toSmallBodyLimit(options);
  const shared = { pages, metrics };
  const user: BulkTarget = {
    resource: 'user',
    writes: createWrites({ service: users, resource: 'user', audit, metrics }),
  };
  addResourceRoutes(app, { ...shared, ...user, service: users, bodyLimit: smallBodyLimit });
  const group: BulkTarget = {
    resource: 'group',
    writes: createWrites({ service: groups, resource: 'group', audit, metrics }),
  };
  addResourceRoutes(app, { ...shared, ...group, service: groups, bodyLimit: bodyLimitBytes });
  addRootRoutes(app, { services: [users, groups], pages, bodyLimit: smallBodyLimit });
  addBulkRoute(app, {
    targets: new Map([
      [users.type.endpoint, user],
      [groups.type.endpoint, group],
    ]),
    bodyLimit: bodyLimitBytes,
    maxOperations: maxBulkOperations,
    baseUrl,
    metrics,
    onUnexpected: (error, requestId) => logger.error('a bulk operation failed unexpectedly', { requestId }, error),
  });
  const bulk = { supported: true, maxOperations: maxBulkOperations, maxPayloadSize: bodyLimitBytes };
  addDiscoveryRoutes(app, { baseUrl, describeTypes, pages, bulk });
  addNotImplemented(app, '/Me', '/Me is not supported: a token belongs to an identity provider, not to a user.');
  addAllowedMethods(app, '/Me', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
}

function toSmallBodyLimit({ bodyLimitBytes }: AppOptions): number {
  return Math.min(bodyLimitBytes, mebibyte);
}

function createServer(options: AppOptions): FastifyInstance {
  const { deadlineMs, maxConnections, trustedProxies } = options;
  const app = fastify({
    logger: false,
    genReqId: toRequestId,
    requestIdHeader: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: toSmallBodyLimit(options),
    // Both bound how long a slow client occupies its connection: sending a request, and reading the answer.
    requestTimeout: deadlineMs + 5_000,
    connectionTimeout: deadlineMs + 30_000,
    // Serve requests that arrive while the listener closes; addDraining closes each connection after its answer.
    return503OnClosing: false,
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 1_024 },
    http: { maxHeaderSize: 65_536, headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },
    clientErrorHandler: answerClientError,
    rewriteUrl: ({ url = '/' }) => withPlusSigns(url),
    frameworkErrors: (error, request, reply) => renderError(request, reply, toScimError(error, request.id)),
  });
  app.server.maxConnections = maxConnections;
  return app;
}

const acceptableId = /^[0-9A-Za-z][0-9A-Za-z_-]{7,63}$/;
const idPrefix = randomBytes(6).toString('hex');
let counter = 0;

/** The client's `X-Request-Id` if it is safe to log, else a generated id. */
function toRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && acceptableId.test(given)) return given;
  counter += 1;
  return `${idPrefix}-${counter.toString(36).padStart(6, '0')}`;
}
