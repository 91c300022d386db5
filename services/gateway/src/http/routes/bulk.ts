import {
  type BulkOperation,
  methodNotAllowed,
  notFound,
  type Performed,
  parseBulkRequest,
  runBulk,
  ScimError,
  toBulkResponse,
} from '@scim-gateway/scim';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestContext } from '../../provisioning/service.ts';
import { toScimError } from '../hooks/errors.ts';
import { takesAccessAway } from '../overload/urgency.ts';
import { render } from '../render.ts';
import { contextOf, principalOf } from '../request-facts.ts';
import { bulkDocumentation } from '../schemas/operations.ts';
import { metaOf } from './resource.ts';
import { addAllowedMethods } from './unsupported.ts';
import type { Writes } from './writes.ts';

/** A resource type that bulk operations write. */
export interface BulkTarget {
  readonly resource: 'user' | 'group';
  readonly writes: Writes;
}

/** What the bulk endpoint works with. */
export interface BulkOptions {
  /** By endpoint, such as `/Users`. */
  readonly targets: ReadonlyMap<string, BulkTarget>;
  /** Largest body, in bytes. */
  readonly bodyLimit: number;
  readonly maxOperations: number;
  /** The SCIM base URL without a trailing slash. */
  readonly baseUrl: () => string;
  readonly metrics: Metrics;
  /** Receives an operation's failure that is no `ScimError`, hence a bug. */
  readonly onUnexpected: (error: unknown, requestId: string) => void;
}

/** An operation with its path taken apart. */
interface Task {
  readonly endpoint: string;
  /** Empty if the path names no resource. */
  readonly id: string;
  /** `undefined` for an unknown endpoint. */
  readonly target: BulkTarget | undefined;
  readonly isUrgent: boolean;
}

/**
 * The bulk endpoint. Each operation is audited and counted like a request of its own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export function addBulkRoute(app: FastifyInstance, options: BulkOptions): void {
  const { bodyLimit, maxOperations } = options;
  const facts = { kind: { resource: 'other', operation: 'bulk' } as const, writes: true, bodyLimit };
  app.post('/Bulk', { bodyLimit, config: { facts }, schema: bulkDocumentation }, async (request, reply) => {
    const bulk = parseBulkRequest(request.body, { maxOperations });
    const context = contextOf(request);
    const results = await runBulk(bulk, {
      perform: (operation) => {
        const task = toTask(operation, options);
        return counted(task, { request, options }, () => perform(operation, task, { context, options }));
      },
      toScimError: (error) => {
        if (!(error instanceof ScimError)) options.onUnexpected(error, request.id);
        return toScimError(error, request.id);
      },
    });
    return render(request, reply, 200, toBulkResponse(results));
  });
  addAllowedMethods(app, '/Bulk', ['POST']);
}

const operations = { POST: 'create', PUT: 'replace', PATCH: 'patch', DELETE: 'delete' } as const;

function toTask({ method, path, data }: BulkOperation, { targets }: BulkOptions): Task {
  const [, endpoint = '', id = ''] = /^(\/[^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  const target = targets.get(endpoint);
  const isUrgent =
    target !== undefined && takesAccessAway({ resource: target.resource, operation: operations[method] }, data);
  return { endpoint, id, target, isUrgent };
}

/** Counts how an operation ends, as the telemetry hook counts a request. */
async function counted(
  { target, isUrgent }: Task,
  { request, options: { metrics } }: { readonly request: FastifyRequest; readonly options: BulkOptions },
  run: () => Promise<Performed>,
): Promise<Performed> {
  const { provider: tenant } = principalOf(request);
  const count = (status: number) => {
    metrics.bulkOperation(tenant, status);
    const seconds = (performance.now() - request.facts.startedAt) / 1000;
    if (isUrgent && target?.resource === 'user') metrics.deprovisioned({ tenant, status, seconds });
  };
  try {
    const performed = await run();
    count(performed.status);
    return performed;
  } catch (error) {
    count(toScimError(error, request.id).status);
    throw error;
  }
}

async function perform(
  { method, path, data, version }: BulkOperation,
  { target, endpoint, id, isUrgent }: Task,
  { context, options }: { readonly context: RequestContext; readonly options: BulkOptions },
): Promise<Performed> {
  if (target === undefined) {
    throw notFound(`Unknown path ${path}; bulk operations are on ${[...options.targets.keys()].join(' and ')}.`);
  }
  const allowed = id === '' ? ['POST'] : ['PUT', 'PATCH', 'DELETE'];
  if (!allowed.includes(method)) throw methodNotAllowed(`Allowed methods on ${path}: ${allowed.join(', ')}.`);
  const { status, resource } = await target.writes[operations[method]]({
    id,
    body: data,
    projection: {},
    context: contextFor(context, { version, isUrgent }),
  });
  if (resource === undefined) return { status, location: `${options.baseUrl()}${endpoint}/${id}` };
  return {
    status,
    id: String(resource['id']),
    location: metaOf(resource, 'location'),
    version: metaOf(resource, 'version'),
  };
}

/** The context of one operation: its own `version` takes the place of the whole request's preconditions. */
function contextFor(
  { ifMatch: _ofRequest, ifNoneMatch: _ofRequestToo, ...context }: RequestContext,
  { version, isUrgent }: { readonly version: string | undefined; readonly isUrgent: boolean },
): RequestContext {
  const priority = isUrgent ? 'urgent' : 'normal';
  return version === undefined ? { ...context, priority } : { ...context, priority, ifMatch: version };
}
