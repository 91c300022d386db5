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
import { addMethodNotAllowed } from './unsupported.ts';
import type { Writes } from './writes.ts';

/** What bulk requests are carried out with. */
export interface BulkOptions {
  /** By endpoint, such as `/Users`. */
  readonly targets: ReadonlyMap<string, { readonly resource: 'user' | 'group'; readonly writes: Writes }>;
  readonly bodyLimit: number;
  readonly maxOperations: number;
  readonly baseUrl: () => string;
  readonly metrics: Metrics;
  /** Told of failures that are no `ScimError`. */
  readonly onUnexpected: (error: unknown, requestId: string) => void;
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export function addBulkRoute(app: FastifyInstance, options: BulkOptions): void {
  const { bodyLimit, maxOperations } = options;
  const facts = { kind: { resource: 'other', operation: 'bulk' } as const, writes: true, bodyLimit };
  app.post('/Bulk', { bodyLimit, config: { facts }, schema: bulkDocumentation }, async (request, reply) => {
    const bulk = parseBulkRequest(request.body, { maxOperations });
    const context = contextOf(request);
    const results = await runBulk(bulk, {
      perform: (operation) => counted(operation, request, options, () => perform(operation, context, options)),
      toScimError: (error) => {
        if (!(error instanceof ScimError)) options.onUnexpected(error, request.id);
        return toScimError(error, request.id);
      },
    });
    return render(request, reply, 200, toBulkResponse(results));
  });
  addMethodNotAllowed(app, '/Bulk', ['POST']);
}

/** Tells how an operation ended, as the end of a request of its own would be told. */
async function counted(
  { method, path, data }: BulkOperation,
  request: FastifyRequest,
  { targets, metrics }: BulkOptions,
  run: () => Promise<Performed>,
): Promise<Performed> {
  const { provider: tenant } = principalOf(request);
  const isOfUser = targets.get(endpointOf(path).endpoint)?.resource === 'user';
  const endsAccess = isOfUser && takesAccessAway({ resource: 'user', operation: operations[method] }, data);
  const tell = (status: number) => {
    metrics.bulkOperation(tenant, status);
    const seconds = (performance.now() - request.facts.startedAt) / 1000;
    if (endsAccess) metrics.deprovisioned({ tenant, status, seconds });
  };
  try {
    const performed = await run();
    tell(performed.status);
    return performed;
  } catch (error) {
    tell(toScimError(error, request.id).status);
    throw error;
  }
}

/** The parts of an operation's path. */
function endpointOf(path: string): { readonly endpoint: string; readonly id: string } {
  const [, endpoint = '', id = ''] = /^(\/[^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  return { endpoint, id };
}

const operations = { POST: 'create', PUT: 'replace', PATCH: 'patch', DELETE: 'delete' } as const;

async function perform(
  { method, path, data, version }: BulkOperation,
  { ifMatch: _whole, ...context }: RequestContext,
  { targets, baseUrl }: BulkOptions,
): Promise<Performed> {
  const { endpoint, id } = endpointOf(path);
  const target = targets.get(endpoint);
  if (target === undefined) throw notFound(`Bulk operations are on ${[...targets.keys()].join(' and ')}.`);
  if ((method === 'POST') !== (id === '')) throw methodNotAllowed(`${path} knows no ${method}.`);
  const kind = { resource: target.resource, operation: operations[method] };
  const own: RequestContext = { ...context, priority: takesAccessAway(kind, data) ? 'urgent' : 'normal' };
  const { status, resource } = await target.writes[operations[method]]({
    id,
    body: data,
    projection: {},
    context: version === undefined ? own : { ...own, ifMatch: version },
  });
  if (resource === undefined) return { status, location: `${baseUrl()}${endpoint}/${id}` };
  return {
    status,
    id: String(resource['id']),
    location: metaOf(resource, 'location'),
    version: metaOf(resource, 'version'),
  };
}
