import { type ApiError, notFound, refuse, unhandled } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { assertMay } from '../rights/authorize.ts';
import { viewOperation } from '../rights/operations.ts';
import { isDeleted, isObject, type Json, nextVersion, type Row, versionOf } from '../state/row.ts';
import { countUsers, showTeam, showUser } from '../state/view.ts';
import { liveTeamsOf, rewriteMemberships } from './rewrite-memberships.ts';
import { assertUuid } from './validate.ts';

type Type = 'user' | 'team';

const userFields = new Set(['teams', 'roles', 'authenticationMechanism']);
const teamFields = new Set(['parents', 'children', 'users', 'defaultRoles', 'policies']);

/** Deletes an entity softly, or finally with `hardDelete=true`. A softly deleted entity keeps its relations. */
export async function remove(context: Context, type: Type, row: Row): Promise<Reply> {
  assertMay(context, { resource: type, row }, 'Delete');
  if (type === 'team') assertRemovable(context, row);
  if (context.query.get('hardDelete') === 'true') {
    const shown = showRead(context, type, row);
    if (type === 'user') context.state.removeUser(row);
    else context.state.removeTeam(row);
    return ok(context.state.rules.showsAllProperties ? shown : { ...shown, deleted: true }, 'entityDeleted');
  }
  if (isDeleted(row)) return ok(showRead(context, type, row), 'entitySoftDeleted');
  await setDeleted(context, type, row, { deleted: true });
  return ok(showWritten(context, type, row), 'entitySoftDeleted');
}

/**
 * Restores the entity whose id is in the body, with its memberships; the children of a team stay deleted. Of restores in
 * parallel, each that reads the deleted entity succeeds.
 */
export async function restore(context: Context, type: Type): Promise<Reply> {
  assertMay(context, { resource: type }, 'EditAll');
  const { body, state } = context;
  if (!isObject(body) || !('id' in body)) throw refuse(400, `[${state.rules.violationPrefix}id must not be null]`);
  const id = String(body['id']);
  assertUuid(id);
  const row = (type === 'user' ? state.users : state.teams).byId(id);
  if (row === undefined || !isDeleted(row)) throw state.rules.failedRestore === 404 ? notFound(type, id) : nullEntity();
  await setDeleted(context, type, row, { deleted: false });
  const counted = type === 'team' && state.rules.countsAreZero ? { userCount: countUsers(row, context.view) } : {};
  return ok({ ...showWritten(context, type, row), ...counted }, state.rules.restoreHeader);
}

function nullEntity(): ApiError {
  const getter = 'org.openmetadata.service.util.RestUtil$PutResponse.getEntity()';
  return unhandled(`Cannot invoke "${getter}" because "response" is null`);
}

/** All versions, newest first, each as a string of JSON. */
export function versions(context: Context, type: Type, row: Row): Reply {
  assertMay(context, { resource: type, row }, viewOperation(context.state.rules.generation, type, new Set()));
  const list = [...row.history, row.json]
    .reverse()
    .map((json) => JSON.stringify(withRelations(context, type, row, json)));
  return ok({ entityType: type, versions: list });
}

/** The version of the `version` parameter. @throws ApiError 404 when it does not exist. */
export function version(context: Context, type: Type, row: Row): Reply {
  assertMay(context, { resource: type, row }, viewOperation(context.state.rules.generation, type, new Set()));
  const wanted = context.params['version'] ?? '';
  const found = [...row.history, row.json].find((json) => String(json['version']) === String(Number(wanted)));
  if (found === undefined) throw refuse(404, `${type} instance for ${row.id} and version ${wanted} not found`);
  return ok(withRelations(context, type, row, found));
}

function markBelow(context: Context, row: Row): void {
  for (const child of context.state.childrenOf(row.id)) {
    markBelow(context, child);
    if (!isDeleted(child)) mark(context, 'team', child, { read: child.json, deleted: true });
  }
}

function withRelations(context: Context, type: Type, row: Row, json: Json): Json {
  return { ...showRead(context, type, row), changeDescription: undefined, ...json };
}

/** Reads the entity, waits, and writes the new state with, where the generation does so, the memberships of a user. */
async function setDeleted(
  context: Context,
  type: Type,
  row: Row,
  { deleted }: { readonly deleted: boolean },
): Promise<void> {
  const read = row.json;
  const teams = liveTeamsOf(context, row);
  await context.yield();
  if (type === 'team' && deleted) markBelow(context, row);
  if (type === 'user' && context.state.rules.rewritesMembershipsOfDeleted) rewriteMemberships(context, row, teams);
  mark(context, type, row, { read, deleted });
}

/** The entity as it was read, and its new state. */
interface Mark {
  readonly read: Json;
  readonly deleted: boolean;
}

function mark(context: Context, type: Type, row: Row, { read, deleted }: Mark): void {
  const { state, actor } = context;
  const before = versionOf(read);
  if (row.history.at(-1)?.['version'] !== before) row.history.push({ ...row.json });
  const change = {
    fieldsAdded: [],
    fieldsUpdated: [{ name: 'deleted', oldValue: !deleted, newValue: deleted }],
    fieldsDeleted: [],
    previousVersion: before,
  };
  row.json = {
    ...row.json,
    deleted,
    version: nextVersion(before),
    updatedAt: state.clock(),
    updatedBy: actor.name,
    changeDescription: change,
  };
  (type === 'user' ? state.users : state.teams).touch();
}

function assertRemovable(context: Context, row: Row): void {
  if (row.json['teamType'] === 'Organization') throw refuse(400, "Organization team type can't be deleted");
  const children = context.state.childrenOf(row.id).filter((child) => !isDeleted(child));
  if (children.length > 0 && context.query.get('recursive') !== 'true') throw refuse(400, 'team is not empty');
}

/** An entity that the call did not write: without its link, but with the inherited roles, which reading derives. */
function showRead(context: Context, type: Type, row: Row): Json {
  const { inheritedRoles } = showWithLink(context, type, row);
  const written = showWritten(context, type, row);
  return inheritedRoles === undefined ? written : { ...written, inheritedRoles };
}

/** An entity that the call wrote: without its link and without what only reading derives. */
function showWritten(context: Context, type: Type, row: Row): Json {
  const { href: _href, inheritedRoles: _inherited, ...written } = showWithLink(context, type, row);
  return written;
}

function showWithLink({ view }: Context, type: Type, row: Row): Json {
  return type === 'user' ? showUser(row, userFields, view) : showTeam(row, teamFields, view);
}
