import { randomUUID } from 'node:crypto';
import { notFound, refuse, unhandled } from '../http/api-error.ts';
import { type Context, created, type Handler, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { applySteps } from '../patch/json-patch.ts';
import { assertMay } from '../rights/authorize.ts';
import { isObject, type Json, type Row } from '../state/row.ts';
import { entityTag } from '../state/view.ts';
import { storeWrite } from './change.ts';
import { uuidParam } from './ids.ts';
import { assertMatches, assertUnmodified, isGuarded, stepsOf } from './patch-request.ts';
import { decodeCursor, encodeCursor } from './query.ts';
import { nameViolations } from './validate.ts';

/** The endpoints of the document store. Deletion is final. */
export const documentRoutes: readonly Route[] = [
  { method: 'GET', path: 'docStore', handler: needing('ViewBasic', listDocuments) },
  { method: 'GET', path: 'docStore/name/{name}', handler: needing('ViewBasic', (context) => read(find(context))) },
  { method: 'GET', path: 'docStore/{id}', handler: needing('ViewBasic', (context) => read(findById(context))) },
  {
    method: 'GET',
    path: 'docStore/{id}/versions',
    handler: needing('ViewBasic', (context) => versions(findById(context))),
  },
  { method: 'PUT', path: 'docStore', handler: putDocument },
  { method: 'POST', path: 'docStore', handler: needing('Create', createDocument) },
  {
    method: 'PATCH',
    path: 'docStore/name/{name}',
    handler: needing('EditAll', (context) => patch(context, find(context))),
  },
  {
    method: 'PATCH',
    path: 'docStore/{id}',
    handler: needing('EditAll', (context) => patch(context, findById(context))),
  },
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
const tracked = ['data', 'displayName', 'description'];
const noRelations = { before: {}, after: {} };

/** A handler that refuses callers without an operation on documents. */
function needing(operation: string, handler: Handler): Handler {
  return (context) => {
    assertMay(context, { resource: 'document' }, operation);
    return handler(context);
  };
}

function read(row: Row): Reply {
  return { status: 200, body: show(row), headers: { etag: entityTag(row.json) } };
}

function show({ json }: Row): Json {
  const change = json['changeDescription'];
  return change === undefined ? json : { ...json, incrementalChangeDescription: change };
}

function listDocuments(context: Context): Reply {
  const { state, query } = context;
  const [type, prefix, after] = [query.get('entityType'), query.get('fqnPrefix'), query.get('after')];
  const limit = Number(query.get('limit') ?? 10);
  const from = after === null ? '' : decodeCursor(context, after);
  const rows = [...state.documents.values()]
    .filter(({ json }) => type === null || json['entityType'] === type)
    .filter(({ json }) => prefix === null || String(json['fullyQualifiedName']).startsWith(prefix))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const rest = rows.filter(({ name }) => name > from);
  const page = rest.slice(0, limit);
  const [first, last] = [page[0], page.at(-1)];
  const paging = {
    ...(from !== '' && first !== undefined ? { before: encodeCursor(context, first) } : {}),
    ...(rest.length > limit && last !== undefined ? { after: encodeCursor(context, last) } : {}),
    total: rows.length,
  };
  return ok({ data: page.map(show), paging });
}

function versions({ history, json }: Row): Reply {
  return ok({ entityType: 'document', versions: [...history, json].reverse().map((one) => JSON.stringify(one)) });
}

/** Creates or replaces a document. Of creations in parallel, one succeeds and the others conflict. */
async function putDocument(context: Context): Promise<Reply> {
  const body = documentBody(context);
  const name = String(body['fullyQualifiedName']);
  const existing = context.state.documents.get(name);
  assertMay(context, { resource: 'document' }, existing === undefined ? 'Create' : 'EditAll');
  if (existing !== undefined) return write(context, existing, body);
  await context.yield();
  const reply = createDocument(context);
  return { ...reply, headers: { 'x-openmetadata-change': 'entityCreated' } };
}

function createDocument(context: Context): Reply {
  const { state, actor, view } = context;
  const body = documentBody(context);
  const key = String(body['fullyQualifiedName']);
  if (state.documents.has(key)) throw refuse(409, 'Entity already exists');
  const id = randomUUID();
  const href = `${view.base}/api/v1/docStore/${id}`;
  const json = { id, ...body, version: 0.1, updatedAt: state.clock(), updatedBy: actor.name, href };
  state.documents.set(key, { id, name: String(body['name']), json, history: [] });
  return created(json);
}

async function patch(context: Context, row: Row): Promise<Reply> {
  const steps = stepsOf(context);
  assertMatches(context, row);
  const before = row.json;
  const patched = applySteps(before, steps, context.state.rules);
  await context.yield();
  if (isGuarded(context)) assertUnmodified(context, row, before);
  const reply = write(context, row, patched, before);
  return { ...reply, headers: { ...reply.headers, etag: entityTag(row.json) } };
}

/** Stores a change of what the request has read: a PUT reads and writes at once and never shares a version. */
function write(context: Context, row: Row, fields: Json, patchOf?: Json): Reply {
  const { id, name, fullyQualifiedName, entityType, href } = Object(row.json);
  const next = { ...fields, id, name, fullyQualifiedName, entityType, href };
  const merges = patchOf !== undefined && !isGuarded(context);
  const { change } = storeWrite(context, row, {
    read: patchOf ?? row.json,
    next,
    relations: noRelations,
    tracked,
    merges,
  });
  return ok(show(row), change === undefined ? 'entityNoChange' : 'entityUpdated');
}

function documentBody({ body, state }: Context): Json {
  if (!isObject(body)) throw refuse(400, 'a document must be an object');
  const unknown = Object.keys(body).find((name) => !allowed.has(name));
  const className = 'org.openmetadata.schema.entities.docStore';
  if (unknown !== undefined)
    throw refuse(400, `Unrecognized field "${unknown}" (class ${className}.CreateDocument), not marked as ignorable`);
  const { data } = body;
  if (Array.isArray(data))
    throw refuse(
      400,
      `Cannot deserialize value of type \`${className}.Data\` from Array value (token \`JsonToken.START_ARRAY\`)`,
    );
  if (typeof data === 'string')
    throw refuse(
      400,
      `Cannot construct instance of \`${className}.Data\` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value ('${data}')`,
    );
  const missing = ['name', 'fullyQualifiedName', 'entityType', 'data'].filter((name) => body[name] === undefined);
  const violations = [
    ...missing.map((name) => `${name} must not be null`),
    ...(missing.includes('name') ? [] : nameViolations(body['name'], state.rules.teamName)),
  ];
  if (violations.length > 0) throw refuse(400, `[${violations.map((one) => `query param ${one}`).join(', ')}]`);
  // The server's parser of full names fails.
  if (String(body['fullyQualifiedName']).includes('"')) throw unhandled('null');
  return body;
}

function find({ state, params }: Context): Row {
  const name = params['name'] ?? '';
  const row = state.documents.get(name);
  if (row === undefined) throw notFound('document', name);
  return row;
}

function findById(context: Context): Row {
  const id = uuidParam(context);
  const row = [...context.state.documents.values()].find((document) => document.id === id);
  if (row === undefined) throw notFound('document', id);
  return row;
}

function remove({ state }: Context, row: Row): Reply {
  state.documents.delete(String(row.json['fullyQualifiedName']));
  const { href: _href, ...shown } = show(row);
  return ok(shown, 'entityDeleted');
}
