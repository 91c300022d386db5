import {
  invalidSyntax,
  type JsonObject,
  matchesVersion,
  type Projection,
  projectResource,
  type Resource,
  type ResourceType,
  ScimError,
  toListResponse,
} from '@scim-gateway/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../../observability/audit.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ListQuery, ResourceService } from '../../provisioning/contract.ts';
import { render } from '../render.ts';
import { contextOf, principalOf } from '../request-facts.ts';
import type { ResourceDocumentation } from '../schemas/operations.ts';
import { countOperations, countValues, operationKinds } from './body-counts.ts';
import { type PageLimits, readListQuery, readProjection, readSearchRequest } from './list-query.ts';
import { addMethodNotAllowed } from './unsupported.ts';

/** What the routes of one resource type work with. */
export interface ResourceRoutesOptions {
  readonly service: ResourceService;
  readonly resource: 'user' | 'group';
  readonly pages: PageLimits;
  readonly bodyLimit: number;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly documentation: ResourceDocumentation;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Operation = 'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete';

const writing = new Set<Operation>(['create', 'replace', 'patch', 'delete']);

/**
 * The endpoints of one resource type. A route reads the envelope, calls one use case and renders what it gave.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.2
 */
export function addResourceRoutes(app: FastifyInstance, options: ResourceRoutesOptions): void {
  const { service, resource, bodyLimit, documentation } = options;
  const path = service.type.endpoint;
  const handlers = { ...createReaders(options), ...createWriters(options) };
  const add = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, operation: Operation) => {
    const facts = { kind: { resource, operation }, writes: writing.has(operation), bodyLimit };
    const schema = documentation[operation];
    app.route({ method, url, bodyLimit, schema, config: { facts }, handler: handlers[operation] });
  };
  add('GET', path, 'list');
  add('POST', path, 'create');
  add('POST', `${path}/.search`, 'search');
  add('GET', `${path}/:id`, 'get');
  add('PUT', `${path}/:id`, 'replace');
  add('PATCH', `${path}/:id`, 'patch');
  add('DELETE', `${path}/:id`, 'delete');
  addMethodNotAllowed(app, path, ['GET', 'POST']);
  addMethodNotAllowed(app, `${path}/.search`, ['POST']);
  addMethodNotAllowed(app, `${path}/:id`, ['GET', 'PUT', 'PATCH', 'DELETE']);
}

function createReaders({ service, pages }: ResourceRoutesOptions) {
  const { type } = service;
  const answerList = async (request: FastifyRequest, reply: FastifyReply, query: ListQuery) => {
    const { resources, ...window } = await service.list(query, contextOf(request));
    const shown = resources.map((resource) => projectResource(resource, type, query.projection));
    return render(request, reply, 200, toListResponse({ ...window, resources: shown }));
  };
  const list: Handler = async (request, reply) => answerList(request, reply, readListQuery(request.query, type, pages));
  const search: Handler = async (request, reply) =>
    answerList(request, reply, readSearchRequest(request.body, type, pages));
  const get: Handler = async (request, reply) => {
    const projection = readProjection(request.query, type);
    const resource = await service.read(idOf(request), projection, contextOf(request));
    if (isUnchanged(request, resource)) return reply.code(304).header('etag', metaOf(resource, 'version')).send();
    return renderResource(request, reply, 200, { resource, type, projection });
  };
  return { list, search, get };
}

function createWriters({ service, resource: kind, audit, metrics }: ResourceRoutesOptions) {
  const { type } = service;
  const audited = createAuditing(kind, audit);
  const create: Handler = async (request, reply) => {
    const projection = readProjection(request.query, type);
    const body = bodyOf(request);
    const resource = await audited(request, 'create', 201, () => service.create(body, projection, contextOf(request)));
    const location = metaOf(resource, 'location');
    if (location !== undefined) reply.header('location', location);
    return renderResource(request, reply, 201, { resource, type, projection });
  };
  const replace: Handler = async (request, reply) => {
    const projection = readProjection(request.query, type);
    const id = idOf(request);
    const body = bodyOf(request);
    const run = () => service.replace(id, body, projection, contextOf(request));
    const resource = await audited(request, 'replace', 200, run);
    return renderResource(request, reply, 200, { resource, type, projection });
  };
  const patch: Handler = async (request, reply) => {
    const projection = readProjection(request.query, type);
    const id = idOf(request);
    const body = bodyOf(request);
    for (const op of operationKinds(body)) metrics.patchOperation(principalOf(request).provider, op);
    const run = () => service.patch(id, body, projection, contextOf(request));
    const { resource } = await audited(request, 'patch', 200, run);
    if (resource === undefined) return reply.code(204).send();
    return renderResource(request, reply, 200, { resource, type, projection });
  };
  const remove: Handler = async (request, reply) => {
    const id = idOf(request);
    await audited(request, 'delete', 204, () => service.remove(id, contextOf(request)));
    return reply.code(204).send();
  };
  return { create, replace, patch, delete: remove };
}

/** Sends one resource, with the headers that say where it is and in which version. */
function renderResource(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  shown: { readonly resource: Resource; readonly type: ResourceType; readonly projection: Projection },
): FastifyReply {
  const { resource, type, projection } = shown;
  const version = metaOf(resource, 'version');
  if (version !== undefined) reply.header('etag', version);
  const location = metaOf(resource, 'location');
  if (location !== undefined) reply.header('content-location', location);
  return render(request, reply, status, projectResource(resource, type, projection));
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
function isUnchanged({ headers }: FastifyRequest, resource: Resource): boolean {
  const version = metaOf(resource, 'version');
  const known = headers['if-none-match'];
  return version !== undefined && known !== undefined && matchesVersion(known, version);
}

/** Runs a write and records it, whichever way it ends. */
function createAuditing(kind: string, audit: Audit) {
  return async <T>(
    request: FastifyRequest,
    operation: Operation,
    success: number,
    run: () => Promise<T>,
  ): Promise<T> => {
    const { credential, provider } = principalOf(request);
    const { body } = request;
    const asked = { requestId: request.id, credential, provider, action: `${kind}.${operation}` };
    const counts = { operations: countOperations(body), values: countValues(body) };
    const sent = toAuditableId(idOf(request));
    try {
      const result = await run();
      audit.record({ ...asked, ...counts, id: sent ?? idIn(result), status: success });
      return result;
    } catch (error) {
      const { status, scimType } = error instanceof ScimError ? error : { status: 500, scimType: undefined };
      audit.record({ ...asked, ...counts, id: sent, status, scimType });
      throw error;
    }
  };
}

/** Only what has the form of our ids: providers have been seen to put names into paths. */
function toAuditableId(id: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.toLowerCase() : undefined;
}

function idIn(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('id' in result)) return undefined;
  return typeof result.id === 'string' ? toAuditableId(result.id) : undefined;
}

function idOf({ params }: FastifyRequest): string {
  const hasId = typeof params === 'object' && params !== null && 'id' in params;
  return hasId && typeof params.id === 'string' ? params.id : '';
}

function bodyOf({ body }: FastifyRequest): unknown {
  if (body === undefined) throw invalidSyntax('The request has no body; a JSON object is needed.');
  return body;
}

function metaOf({ meta }: Resource, name: 'location' | 'version'): string | undefined {
  const value =
    typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? (meta as JsonObject)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
