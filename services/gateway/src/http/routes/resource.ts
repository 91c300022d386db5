import {
  isObject,
  matchesVersion,
  type Projection,
  projectResource,
  type Resource,
  type ResourceType,
  toListResponse,
} from '@scim-gateway/scim';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../observability/metrics.ts';
import type { ListQuery, ResourceService } from '../../provisioning/service.ts';
import { render } from '../render.ts';
import { contextOf, principalOf } from '../request-facts.ts';
import { documentResource } from '../schemas/operations.ts';
import { type PageLimits, readListQuery, readProjection, readSearchRequest } from './list-query.ts';
import { addAllowedMethods } from './unsupported.ts';
import type { Writes } from './writes.ts';

/** What the endpoints of one resource type work with. */
export interface ResourceRoutesOptions {
  readonly service: ResourceService;
  readonly resource: 'user' | 'group';
  readonly pages: PageLimits;
  /** Largest body, in bytes. */
  readonly bodyLimit: number;
  readonly writes: Writes;
  readonly metrics: Metrics;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Operation = 'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete';

const writeOperations = new Set<Operation>(['create', 'replace', 'patch', 'delete']);

/**
 * The endpoints of one resource type. A handler reads the request's parameters, calls one use case and renders its
 * result.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.2
 */
export function addResourceRoutes(app: FastifyInstance, options: ResourceRoutesOptions): void {
  const { service, resource, bodyLimit } = options;
  const documentation = documentResource(resource === 'user' ? 'User' : 'Group');
  const path = service.type.endpoint;
  const handlers = { ...createReaders(options), ...createWriters(options) };
  const add = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, operation: Operation) => {
    const facts = { kind: { resource, operation }, writes: writeOperations.has(operation), bodyLimit };
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
  addAllowedMethods(app, path, ['GET', 'POST']);
  addAllowedMethods(app, `${path}/.search`, ['POST']);
  addAllowedMethods(app, `${path}/:id`, ['GET', 'PUT', 'PATCH', 'DELETE']);
}

function createReaders({ service, resource: kind, pages, metrics }: ResourceRoutesOptions) {
  const { type } = service;
  const answerList = async (request: FastifyRequest, reply: FastifyReply, query: ListQuery) => {
    const { resources, ...window } = await service.list(query, contextOf(request));
    metrics.listAnswered(principalOf(request).provider, kind, resources.length);
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

function createWriters({ service: { type }, writes }: ResourceRoutesOptions) {
  const toHandler =
    (operation: keyof Writes): Handler =>
    async (request, reply) => {
      const projection = operation === 'delete' ? {} : readProjection(request.query, type);
      const write = { id: idOf(request), body: request.body, projection, context: contextOf(request) };
      const { status, resource } = await writes[operation](write);
      if (resource === undefined) return reply.code(status).send();
      const location = status === 201 ? metaOf(resource, 'location') : undefined;
      if (location !== undefined) reply.header('location', location);
      return renderResource(request, reply, status, { resource, type, projection });
    };
  return {
    create: toHandler('create'),
    replace: toHandler('replace'),
    patch: toHandler('patch'),
    delete: toHandler('delete'),
  };
}

/** Sends one resource with `ETag` and `Content-Location`. */
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

/** Whether the client already has this version. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
function isUnchanged({ headers }: FastifyRequest, resource: Resource): boolean {
  const version = metaOf(resource, 'version');
  const known = headers['if-none-match'];
  return version !== undefined && known !== undefined && matchesVersion(known, version);
}

/** The id in the path; empty for an endpoint without one. */
function idOf({ params }: FastifyRequest): string {
  const id = isObject(params) ? params['id'] : undefined;
  return typeof id === 'string' ? id : '';
}

/** A string of the resource's `meta`. */
export function metaOf({ meta }: Resource, name: 'location' | 'version'): string | undefined {
  const value = isObject(meta) ? meta[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
