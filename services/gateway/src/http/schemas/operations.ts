import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { scimMediaType } from '../media-type.ts';
import { listQuery, projectionQuery, toListSchema } from './envelopes.ts';

/** OpenAPI documentation of the endpoints of one resource type. */
export type ResourceDocumentation = Readonly<
  Record<'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete', FastifySchema>
>;

const anyObject = Type.Unsafe({ type: 'object' });

const refusals = {
  400: 'The request is malformed, or a value is invalid.',
  401: 'The token is missing, unknown or expired.',
  403: 'The token lacks a scope, the gateway is read-only, or Collate refuses the change.',
  404: 'The resource does not exist.',
  409: 'A unique value is already in use.',
  412: 'The resource no longer has the version in If-Match.',
  413: 'The body exceeds the limit of the endpoint.',
  429: 'Too many requests; retry after Retry-After.',
  500: 'A bug in the gateway; the detail contains the id of the request.',
  503: 'Collate is unreachable or the gateway is overloaded; retry after Retry-After.',
} as const;

const descriptions = new Map([
  ['201', 'Created.'],
  ['204', 'Done; there is nothing to return.'],
  ['304', 'The resource still has the version in If-None-Match.'],
]);

/** Documents the endpoints of a resource type. Its schema must be registered under the type's name. */
export function documentResource(name: 'User' | 'Group'): ResourceDocumentation {
  const one = Type.Ref(`${name}#`);
  const list = toListSchema(one);
  const id = Type.Object({ id: Type.String({ description: `The ${name}'s id.` }) });
  const projection = Type.Object(projectionQuery);
  const word = name.toLowerCase();
  const describe = (verb: string, summary: string, rest: FastifySchema): FastifySchema => ({
    operationId: `${verb}${name}`,
    summary,
    tags: [`${name}s`],
    ...rest,
  });
  return {
    list: describe('list', `List or filter ${word}s`, {
      querystring: Type.Object({ ...listQuery, ...projectionQuery }),
      response: answers({ 200: list }, 400),
    }),
    search: describe('search', `List or filter ${word}s, with the parameters in the body`, {
      ...bodyOf('SearchRequest'),
      response: answers({ 200: list }, 400),
    }),
    create: describe('create', `Create a ${word}`, {
      ...bodyOf(name),
      querystring: projection,
      response: answers({ 201: one }, 400, 403, 409, 413),
    }),
    get: describe('get', `Read a ${word}`, {
      params: id,
      querystring: projection,
      response: answers({ 200: one, 304: undefined }, 404),
    }),
    replace: describe('replace', `Replace a ${word}`, {
      ...bodyOf(name),
      params: id,
      querystring: projection,
      response: answers({ 200: one }, 400, 403, 404, 409, 412, 413),
    }),
    patch: describe('patch', `Change parts of a ${word}`, {
      ...bodyOf('PatchOp'),
      params: id,
      querystring: projection,
      response: answers({ 200: one, 204: undefined }, 400, 403, 404, 409, 412, 413),
    }),
    delete: describe('delete', `Delete a ${word}`, {
      params: id,
      response: answers({ 204: undefined }, 403, 404, 412),
    }),
  };
}

/** OpenAPI documentation of the bulk endpoint. */
export const bulkDocumentation = {
  operationId: 'bulk',
  summary: 'Carry out several writes',
  tags: ['Bulk'],
  ...bodyOf('BulkRequest'),
  response: answers({ 200: Type.Ref('BulkResponse#') }, 400, 403, 413),
} as const satisfies FastifySchema;

/** OpenAPI documentation of the endpoints across all resource types. */
export const rootDocumentation = {
  list: {
    operationId: 'listAll',
    summary: 'List or filter users and groups',
    tags: ['All resources'],
    querystring: Type.Object({ ...listQuery, ...projectionQuery }),
    response: answers({ 200: toListSchema(anyObject) }, 400),
  },
  search: {
    operationId: 'searchAll',
    summary: 'List or filter users and groups, with the parameters in the body',
    tags: ['All resources'],
    ...bodyOf('SearchRequest'),
    response: answers({ 200: toListSchema(anyObject) }, 400),
  },
} as const satisfies Record<string, FastifySchema>;

/** OpenAPI documentation of a discovery endpoint. */
export function discoveryDocumentation(url: string): FastifySchema {
  const [, name = '', id] = url.split('/');
  const params =
    id === undefined ? {} : { params: Type.Object({ id: Type.String({ description: 'A name or URN.' }) }) };
  const isList = id === undefined && name !== 'ServiceProviderConfig';
  return {
    operationId: `${isList ? 'list' : 'get'}${id === undefined ? name : name.slice(0, -1)}`,
    summary: isList ? `List ${name}` : `Read ${id === undefined ? name : `one of ${name}`}`,
    tags: ['Discovery'],
    ...(name === 'ServiceProviderConfig' ? { security: [] } : {}),
    ...params,
    response: answers({ 200: isList ? toListSchema(anyObject) : anyObject }, 403, 404),
  };
}

function bodyOf(name: string): FastifySchema {
  return { consumes: [scimMediaType, 'application/json'], body: Type.Ref(`${name}#`) };
}

/** The answers of an endpoint: its own successes and refusals, and the refusals that every endpoint shares. */
function answers(successes: Readonly<Record<number, TSchema | undefined>>, ...own: (keyof typeof refusals)[]) {
  const statuses = [...own, 401, 429, 500, 503] as const;
  return {
    ...Object.fromEntries(Object.entries(successes).map(([status, schema]) => [status, toAnswer(status, schema)])),
    ...Object.fromEntries(
      statuses.map((status) => [status, { description: refusals[status], content: contentOf(Type.Ref('Error#')) }]),
    ),
  };
}

function toAnswer(status: string, schema: TSchema | undefined): object {
  const description = descriptions.get(status) ?? 'Success.';
  return schema === undefined ? { description, type: 'null' } : { description, content: contentOf(schema) };
}

function contentOf(schema: TSchema) {
  return { [scimMediaType]: { schema } };
}
