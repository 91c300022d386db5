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
import { addBulkRoute } from './routes/bulk.ts';
import { addDiscoveryRoutes } from './routes/discovery.ts';
import type { PageLimits } from './routes/list-query.ts';
import { addResourceRoutes } from './routes/resource.ts';
import { addRootRoutes } from './routes/root.ts';
import { addMethodNotAllowed, addNotImplemented } from './routes/unsupported.ts';
import { createWrites } from './routes/writes.ts';
import { documentResource } from './schemas/operations.ts';

/** Where SCIM is served. */
export const basePath = '/scim/v2';

/** The paths that need no token, spelled exactly so. */
const publicPaths: ReadonlySet<string> = new Set([`${basePath}/ServiceProviderConfig`]);

/** What the SCIM listener works with. */
export interface AppServices {
  readonly users: ResourceService;
  readonly groups: ResourceService;
  readonly describeTypes: () => readonly ResourceType[];
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly audit: Audit;
  readonly readOnly: ReadOnlySwitch;
  /** What the process has too little of; never anything where it is left out. */
  readonly findPressure?: () => Pressure | undefined;
  /** Whether the gateway is about to stop; never where it is left out. */
  readonly isDraining?: () => boolean;
  /** Nothing is traced where it is left out. */
  readonly tracing?: Tracing;
}

/** How the SCIM listener behaves. */
export interface AppOptions {
  /** The SCIM base URL, without a slash at its end; known once the gateway listens. */
  readonly baseUrl: () => string;
  readonly version: string;
  readonly deadlineMs: number;
  /** The largest body of a request to Groups or Bulk; elsewhere the smaller of this and 1 MiB. */
  readonly bodyLimitBytes: number;
  readonly maxConnections: number;
  readonly maxRequestsInFlight: number;
  readonly trustedProxies: readonly string[];
  readonly pages: PageLimits;
}

const megabyte = 2 ** 20;

/** How many bodies of the largest size are held at one time. */
const largestBodies = 4;

/** Most operations of a bulk request. */
const maxBulkOperations = 1_000;

/** The SCIM listener: hooks and routes, in the order in which they act. */
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
  const { audit, metrics, logger, users, groups } = services;
  const { pages, bodyLimitBytes, baseUrl } = options;
  const userWrites = createWrites({ service: users, resource: 'user', audit, metrics });
  const groupWrites = createWrites({ service: groups, resource: 'group', audit, metrics });
  addResourceRoutes(app, {
    service: users,
    resource: 'user',
    pages,
    bodyLimit: Math.min(bodyLimitBytes, megabyte),
    writes: userWrites,
    metrics,
    documentation: documentResource('User'),
  });
  addResourceRoutes(app, {
    service: groups,
    resource: 'group',
    pages,
    bodyLimit: bodyLimitBytes,
    writes: groupWrites,
    metrics,
    documentation: documentResource('Group'),
  });
  addRootRoutes(app, { services: [users, groups], pages, bodyLimit: Math.min(bodyLimitBytes, megabyte) });
  addBulkRoute(app, {
    targets: new Map([
      [users.type.endpoint, { resource: 'user', writes: userWrites }],
      [groups.type.endpoint, { resource: 'group', writes: groupWrites }],
    ]),
    bodyLimit: bodyLimitBytes,
    maxOperations: maxBulkOperations,
    baseUrl,
    metrics,
    onUnexpected: (error, requestId) => logger.error('a bulk operation failed unexpectedly', { requestId }, error),
  });
  const bulk = { supported: true, maxOperations: maxBulkOperations, maxPayloadSize: bodyLimitBytes };
  addDiscoveryRoutes(app, { baseUrl, describeTypes: services.describeTypes, pages, bulk });
  addNotImplemented(app, '/Me', 'There is no /Me: tokens belong to providers, not to people.');
  addMethodNotAllowed(app, '/Me', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
}

function createServer({ deadlineMs, maxConnections, trustedProxies }: AppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    genReqId: toRequestId,
    requestIdHeader: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: megabyte,
    // A request that trickles in, or an answer that nobody takes, holds its connection only so long.
    requestTimeout: deadlineMs + 5_000,
    connectionTimeout: deadlineMs + 30_000,
    return503OnClosing: false,
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 1_024 },
    http: { maxHeaderSize: 65_536, headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => renderError(request, reply, toScimError(error, request.id)),
  });
  app.server.maxConnections = maxConnections;
  return app;
}

const acceptableId = /^[0-9A-Za-z][0-9A-Za-z_-]{7,63}$/;
const idPrefix = randomBytes(6).toString('hex');
let counter = 0;

/** The client's own request id if it has a harmless form, else one of ours: it will stand in logs. */
function toRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && acceptableId.test(given)) return given;
  counter += 1;
  return `${idPrefix}-${counter.toString(36).padStart(6, '0')}`;
}
