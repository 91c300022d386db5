import { notFound, refuse } from '../http/api-error.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { applySteps } from '../patch/json-patch.ts';
import { assertMay } from '../rights/authorize.ts';
import { policiesOf } from '../rights/grants.ts';
import { operationsOfPatch } from '../rights/operations.ts';
import type { AccessKind } from '../state/access.ts';
import { isDeleted, isObject, type Json, type Row } from '../state/row.ts';
import { entityTag, reference } from '../state/view.ts';
import { storeWrite } from './change.ts';
import { uuidParam } from './ids.ts';
import { stepsOf } from './patch-request.ts';
import { includes, pageOf } from './query.ts';

const paths: Readonly<Record<AccessKind, string>> = { policy: 'policies', role: 'roles', bot: 'bots' };

/** The endpoints of policies, roles and bots. */
export const accessRoutes: readonly Route[] = (['policy', 'role', 'bot'] as const).flatMap(routesOf);

function routesOf(kind: AccessKind): readonly Route[] {
  const path = paths[kind];
  const byId = (context: Context) => find(context, kind, 'id');
  const byName = (context: Context) => find(context, kind, 'name');
  return [
    { method: 'GET', path, handler: (context) => list(context, kind) },
    { method: 'POST', path, handler: (context) => create(context, kind) },
    { method: 'PUT', path, handler: (context) => put(context, kind) },
    { method: 'GET', path: `${path}/{id}`, handler: (context) => get(context, kind, byId(context)) },
    { method: 'GET', path: `${path}/name/{name}`, handler: (context) => get(context, kind, byName(context)) },
    { method: 'PATCH', path: `${path}/{id}`, handler: (context) => patch(context, kind, byId(context)) },
    { method: 'DELETE', path: `${path}/{id}`, handler: (context) => remove(context, kind, byId(context)) },
    { method: 'DELETE', path: `${path}/name/{name}`, handler: (context) => remove(context, kind, byName(context)) },
  ];
}

/** Listing roles needs no right; the other lists need `ViewBasic`. */
function list(context: Context, kind: AccessKind): Reply {
  if (kind !== 'role') assertMay(context, { resource: kind }, 'ViewBasic');
  const show = (row: Row) => shown(context, kind, row);
  return ok(pageOf(context, context.state.access.table(kind), { filter: includes(context), filterKey: '', show }));
}

function get(context: Context, kind: AccessKind, row: Row): Reply {
  assertMay(context, { resource: kind }, 'ViewBasic');
  return tagged(context, shown(context, kind, row));
}

function create(context: Context, kind: AccessKind): Reply {
  assertMay(context, { resource: kind }, 'Create');
  const { state, actor } = context;
  const fields = fieldsOf(context, kind);
  if (state.access.table(kind).byName(String(fields['name'])) !== undefined) throw refuse(409, 'Entity already exists');
  if (kind === 'bot') assertFreeUser(context, fields);
  const row = state.insertAccess(kind, { ...fields, provider: 'user' }, actor.name);
  return created({ ...shown(context, kind, row), ...(kind === 'role' ? policiesIn(context, row) : {}) });
}

/** Creates or replaces an entity by name. Not recorded: as the server does for users and teams. */
function put(context: Context, kind: AccessKind): Reply {
  const fields = fieldsOf(context, kind);
  const row = context.state.access.table(kind).byName(String(fields['name']));
  if (row === undefined) return create(context, kind);
  assertMay(context, { resource: kind }, 'EditAll');
  return update(context, kind, row, { ...row.json, ...fields });
}

function patch(context: Context, kind: AccessKind, row: Row): Reply {
  const steps = stepsOf(context);
  assertMay(context, { resource: kind }, ...operationsOfPatch(steps));
  const document = { ...shown(context, kind, row), ...(kind === 'role' ? policiesIn(context, row) : {}) };
  const { policies, botUser: _user, href: _href, ...fields } = applySteps(document, steps, context.state.rules);
  const policyIds = Array.isArray(policies) ? { policyIds: policies.map(({ id }) => String(id)) } : {};
  return update(context, kind, row, { ...row.json, ...fields, ...policyIds, id: row.id, name: row.name });
}

function update(context: Context, kind: AccessKind, row: Row, next: Json): Reply {
  const { change } = storeWrite(context, row, {
    read: row.json,
    next,
    relations: { before: {}, after: {} },
    tracked: ['displayName', 'description', 'rules', 'policyIds', 'botUserId'],
    merges: true,
  });
  const answer = { ...shown(context, kind, row), ...(kind === 'policy' ? { owners: [] } : {}) };
  const { headers } = ok(answer, change === undefined ? 'entityNoChange' : 'entityUpdated');
  const reply = tagged(context, answer);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** Deletes softly, or finally with `hardDelete=true`; the user of a bot goes with it. */
function remove(context: Context, kind: AccessKind, row: Row): Reply {
  assertMay(context, { resource: kind }, 'Delete');
  if (row.json['provider'] === 'system')
    throw refuse(400, `System entity [${row.name}] of type ${kind} can not be deleted.`);
  const isFinal = context.query.get('hardDelete') === 'true';
  const user = kind === 'bot' ? context.state.users.byId(String(row.json['botUserId'])) : undefined;
  const { href: _href, botUser: _user, ...answer } = shown(context, kind, row);
  if (isFinal) {
    context.state.access.table(kind).remove(row);
    if (user !== undefined) context.state.removeUser(user);
    return ok(answer, 'entityDeleted');
  }
  row.json = { ...row.json, deleted: true };
  if (user !== undefined) user.json = { ...user.json, deleted: true };
  return ok({ ...answer, deleted: true }, 'entitySoftDeleted');
}

function find(context: Context, kind: AccessKind, by: 'id' | 'name'): Row {
  const key = by === 'id' ? uuidParam(context) : (context.params['name'] ?? '');
  const table = context.state.access.table(kind);
  const row = by === 'id' ? table.byId(key) : table.byName(key);
  if (row === undefined || !includes(context)(row)) throw notFound(kind, key);
  return row;
}

/** The stored form of a body: references are ids, and the lists of rules are sorted. */
function fieldsOf(context: Context, kind: AccessKind): Json {
  const body = isObject(context.body) ? context.body : {};
  if (typeof body['name'] !== 'string')
    throw refuse(400, `[${context.state.rules.violationPrefix}name must not be null]`);
  const { policies, botUser, rules, ...fields } = body;
  if (kind === 'policy') return { ...fields, enabled: true, rules: sortedRules(rules) };
  if (kind === 'role') return { ...fields, policyIds: policyIdsOf(context, policies) };
  return { ...fields, botUserId: botUserOf(context, botUser).id };
}

function sortedRules(rules: unknown): readonly Json[] {
  const sorted = (value: unknown) => (Array.isArray(value) ? [...value].sort() : []);
  return (Array.isArray(rules) ? rules : []).map(({ name, description, effect, operations, resources, condition }) => ({
    name,
    ...(description === undefined ? {} : { description }),
    effect,
    operations: sorted(operations),
    resources: sorted(resources),
    ...(condition === undefined ? {} : { condition }),
  }));
}

/** The ids of the policies with these names. @throws ApiError 404 */
function policyIdsOf({ state }: Context, names: unknown): readonly string[] {
  return (Array.isArray(names) ? names : []).map((name) => {
    const policy = state.access.policies.byName(String(name));
    if (policy === undefined) throw notFound('policy', String(name));
    return policy.id;
  });
}

/** The user with this name, who must be a bot. @throws ApiError 400, 404 */
function botUserOf({ state }: Context, name: unknown): Row {
  const user = state.users.byName(String(name));
  if (user === undefined || isDeleted(user)) throw notFound('user', String(name));
  if (user.json['isBot'] !== true) throw refuse(400, `User [${user.name}] is not a bot user`);
  return user;
}

function assertFreeUser({ state }: Context, { botUserId }: Json): void {
  const other = botOfUser(state.access.bots.rows(), String(botUserId));
  const user = state.users.byId(String(botUserId));
  if (other !== undefined) throw refuse(400, `Bot user [${user?.name}] is already used by [${other.name}] bot`);
}

/** The bot that uses a user. */
export function botOfUser(bots: Iterable<Row>, userId: string): Row | undefined {
  return [...bots].find((bot) => bot.json['botUserId'] === userId);
}

/** An entity in its API form, with the relations that the query's `fields` names. */
function shown(context: Context, kind: AccessKind, row: Row): Json {
  const { policyIds: _ids, botUserId, ...fields } = row.json;
  const { state, view, query } = context;
  const user = state.users.byId(String(botUserId));
  const wantsPolicies = kind === 'role' && /(^|,)\s*(policies|\*)/.test(query.get('fields') ?? '');
  const { changeDescription: change } = fields;
  return {
    ...fields,
    ...(change === undefined || state.rules.generation === '1.1' ? {} : { incrementalChangeDescription: change }),
    href: `${view.base}/api/v1/${paths[kind]}/${row.id}`,
    ...(user === undefined ? {} : { botUser: reference(user, 'user', view) }),
    ...(wantsPolicies ? policiesIn(context, row) : {}),
  };
}

function policiesIn({ state, view }: Context, role: Row): Json {
  return { policies: policiesOf(role, state).map((policy) => reference(policy, 'policy', view)) };
}

function tagged({ state }: Context, body: Json): Reply {
  return state.rules.hasEntityTags ? { status: 200, body, headers: { etag: entityTag(body) } } : ok(body);
}
