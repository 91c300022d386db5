import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { scimMediaType } from '../media-type.ts';
import { listQuery, projectionQuery, toListSchema } from './envelopes.ts';

/** What the OpenAPI document says about the endpoints of one resource type. */
export type ResourceDocumentation = Readonly<
  Record<'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete', FastifySchema>
>;

const anyObject = Type.Unsafe({ type: 'object' });

const refusals = {
  400: 'The request is not understood, or a value does not fit.',
  401: 'No token, or a wrong one.',
  403: 'Not permitted.',
  404: 'No such resource.',
  409: 'In use already.',
  412: 'The resource is no longer in the version that If-Match names.',
  413: 'The body is too large.',
  429: 'Wait as long as Retry-After says.',
  500: 'A mistake of the gateway; the detail names the request.',
  503: 'Collate cannot be reached; wait as long as Retry-After says.',
} as const;

const descriptions = new Map([
  ['201', 'Created.'],
  ['204', 'Done.'],
  ['304', 'In the version that If-None-Match names.'],
]);

/** The documentation of a resource type's endpoints; its schema is registered under its name. */
export function documentResource(name: 'User' | 'Group'): ResourceDocumentation {
  const one = Type.Ref(`${name}#`);
  const list = toListSchema(one);
  const id = Type.Object({ id: Type.String({ description: `The ${name}'s id.` }) });
  const seen = Type.Object(projectionQuery);
  const word = name.toLowerCase();
  const describe = (verb: string, summary: string, rest: FastifySchema): FastifySchema => ({
    operationId: `${verb}${name}`,
    summary,
    tags: [`${name}s`],
    ...rest,
  });
  return {
    list: describe('list', `List ${word}s, or find some`, {
      querystring: Type.Object({ ...listQuery, ...projectionQuery }),
      response: answers({ 200: list }, 400),
    }),
    search: describe('search', `Find ${word}s by a filter in the body`, {
      ...bodyOf('SearchRequest'),
      response: answers({ 200: list }, 400),
    }),
    create: describe('create', `Create a ${word}`, {
      ...bodyOf(name),
      querystring: seen,
      response: answers({ 201: one }, 400, 403, 409, 413),
    }),
    get: describe('get', `Read a ${word}`, {
      params: id,
      querystring: seen,
      response: answers({ 200: one, 304: undefined }, 404),
    }),
    replace: describe('replace', `Replace a ${word}`, {
      ...bodyOf(name),
      params: id,
      querystring: seen,
      response: answers({ 200: one }, 400, 403, 404, 409, 412, 413),
    }),
    patch: describe('patch', `Change parts of a ${word}`, {
      ...bodyOf('PatchOp'),
      params: id,
      querystring: seen,
      response: answers({ 200: one, 204: undefined }, 400, 403, 404, 409, 412, 413),
    }),
    delete: describe('delete', `Delete a ${word}`, {
      params: id,
      response: answers({ 204: undefined }, 403, 404, 412),
    }),
  };
}

/** What the OpenAPI document says about bulk requests. */
export const bulkDocumentation = {
  operationId: 'bulk',
  summary: 'Carry out several changes',
  tags: ['Bulk'],
  ...bodyOf('BulkRequest'),
  response: answers({ 200: Type.Ref('BulkResponse#') }, 400, 403, 413),
} as const satisfies FastifySchema;

/** What the OpenAPI document says about queries across resource types. */
export const rootDocumentation = {
  list: {
    operationId: 'listAll',
    summary: 'Find users and groups',
    tags: ['All resources'],
    querystring: Type.Object({ ...listQuery, ...projectionQuery }),
    response: answers({ 200: toListSchema(anyObject) }, 400),
  },
  search: {
    operationId: 'searchAll',
    summary: 'Find users and groups by a filter in the body',
    tags: ['All resources'],
    ...bodyOf('SearchRequest'),
    response: answers({ 200: toListSchema(anyObject) }, 400),
  },
} as const satisfies Record<string, FastifySchema>;

/** What the OpenAPI document says about a discovery endpoint. */
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

/** The answers of an endpoint: those that are meant, and the refusals, which are the same everywhere. */
function answers(meant: Readonly<Record<number, TSchema | undefined>>, ...also: (keyof typeof refusals)[]) {
  const statuses = [...also, 401, 429, 500, 503] as const;
  return {
    ...Object.fromEntries(Object.entries(meant).map(([status, schema]) => [status, toAnswer(status, schema)])),
    ...Object.fromEntries(
      statuses.map((status) => [status, { description: refusals[status], content: contentOf(Type.Ref('Error#')) }]),
    ),
  };
}

function toAnswer(status: string, schema: TSchema | undefined): object {
  const description = descriptions.get(status) ?? 'As asked.';
  return schema === undefined ? { description, type: 'null' } : { description, content: contentOf(schema) };
}

function contentOf(schema: TSchema) {
  return { [scimMediaType]: { schema } };
}
