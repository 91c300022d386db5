import { randomUUID } from 'node:crypto';
import { notFound, refuse } from '../http/api-error.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { assertMay } from '../rights/authorize.ts';
import { isObject, type Json } from '../state/row.ts';
import type { DocumentRow } from '../state/state.ts';

/** The endpoints of the document store. Deletion is final. */
export const documentRoutes: readonly Route[] = [
  { method: 'GET', path: 'docStore', handler: needing('ViewBasic', listDocuments) },
  { method: 'GET', path: 'docStore/name/{name}', handler: needing('ViewBasic', (context) => ok(find(context).json)) },
  { method: 'GET', path: 'docStore/{id}', handler: needing('ViewBasic', (context) => ok(findById(context).json)) },
  { method: 'PUT', path: 'docStore', handler: putDocument },
  { method: 'POST', path: 'docStore', handler: needing('Create', createDocument) },
  {
    method: 'DELETE',
    path: 'docStore/name/{name}',
    handler: needing('Delete', (context) => remove(context, find(context))),
  },
  {
    method: 'DELETE',
    path: 'docStore/{id}',
    handler: needing('Delete', (context) => remove(context, findById(context))),
  },
];

const allowed = new Set(['name', 'fullyQualifiedName', 'entityType', 'data', 'displayName', 'description']);

/** A handler that refuses callers without an operation on documents. */
function needing(operation: string, handler: (context: Context) => Reply): (context: Context) => Reply {
  return (context) => {
    assertMay(context, { resource: 'document' }, operation);
    return handler(context);
  };
}

function listDocuments({ state, query }: Context): Reply {
  const type = query.get('entityType');
  const limit = Number(query.get('limit') ?? 10);
  const names = [...state.documents.keys()].sort();
  const after = query.get('after');
  const from = after === null ? '' : Buffer.from(after, 'base64').toString('utf8');
  const rows = names
    .flatMap((name) => state.documents.get(name) ?? [])
    .filter(({ json }) => type === null || json['entityType'] === type);
  const rest = rows.filter(({ json }) => String(json['name']) > from);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next =
    rest.length > limit && last !== undefined
      ? { after: Buffer.from(String(last.json['name'])).toString('base64') }
      : {};
  return ok({ data: page.map(({ json }) => json), paging: { ...next, total: rows.length } });
}

function putDocument(context: Context): Reply {
  const body = documentBody(context);
  const existing = context.state.documents.get(String(body['fullyQualifiedName']));
  assertMay(context, { resource: 'document' }, existing === undefined ? 'Create' : 'EditAll');
  if (existing === undefined)
    return {
      ...created(store(context, randomUUID(), body, 0.1)),
      headers: { 'x-openmetadata-change': 'entityCreated' },
    };
  const version = Math.round((Number(existing.json['version']) + 0.1) * 10) / 10;
  return ok(store(context, existing.id, body, version), 'entityUpdated');
}

function createDocument(context: Context): Reply {
  const body = documentBody(context);
  if (context.state.documents.has(String(body['fullyQualifiedName']))) throw refuse(409, 'Entity already exists');
  return created(store(context, randomUUID(), body, 0.1));
}

function store({ state, actor, view }: Context, id: string, body: Json, version: number): Json {
  const json = {
    id,
    ...body,
    version,
    updatedAt: state.clock(),
    updatedBy: actor.name,
    href: `${view.base}/api/v1/docStore/${id}`,
  };
  state.documents.set(String(body['fullyQualifiedName']), { id, json });
  return json;
}

function documentBody({ body }: Context): Json {
  if (!isObject(body)) throw refuse(400, 'a document must be an object');
  const unknown = Object.keys(body).find((name) => !allowed.has(name));
  if (unknown !== undefined)
    throw refuse(
      400,
      `Unrecognized field "${unknown}" (class org.openmetadata.schema.api.docStore.CreateDocument), not marked as ignorable`,
    );
  const missing = ['name', 'fullyQualifiedName', 'data'].find((name) => body[name] === undefined);
  if (missing !== undefined) throw refuse(400, `[query param ${missing} must not be null]`);
  return body;
}

function find({ state, params }: Context): DocumentRow {
  const name = params['name'] ?? '';
  const row = state.documents.get(name);
  if (row === undefined) throw notFound('document', name);
  return row;
}

function findById({ state, params }: Context): DocumentRow {
  const id = params['id'] ?? '';
  const row = [...state.documents.values()].find((document) => document.id === id);
  if (row === undefined) throw notFound('document', id);
  return row;
}

function remove({ state }: Context, row: DocumentRow): Reply {
  state.documents.delete(String(row.json['fullyQualifiedName']));
  return ok(row.json, 'entityDeleted');
}
