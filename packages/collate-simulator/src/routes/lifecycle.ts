import { notFound, refuse, unhandled } from '../http/api-error.ts';
import { assertMay } from '../http/authenticate.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { isDeleted, isObject, type Json, nextVersion, type Row, versionOf } from '../state/row.ts';
import { showTeam, showUser } from '../state/view.ts';
import { assertUuid } from './validate.ts';

type Type = 'user' | 'team';

const userFields = new Set(['teams', 'roles']);
const teamFields = new Set(['parents', 'children', 'users', 'defaultRoles', 'policies']);

/** Deletes an entity softly, or finally with `hardDelete=true`. A softly deleted entity keeps its relations. */
export function remove(context: Context, type: Type, row: Row): Reply {
  assertMay(context.actor, 'Delete');
  if (type === 'team') assertRemovable(context, row);
  if (context.query.get('hardDelete') === 'true') {
    const shown = showRead(context, type, row);
    if (type === 'user') context.state.removeUser(row);
    else context.state.removeTeam(row);
    return ok({ ...shown, deleted: true }, 'entityDeleted');
  }
  if (isDeleted(row)) return ok(showRead(context, type, row), 'entitySoftDeleted');
  if (type === 'team') markBelow(context, row);
  mark(context, type, row, { deleted: true });
  return ok(showWritten(context, type, row), 'entitySoftDeleted');
}

/** Restores the entity whose id is in the body, with its memberships; the children of a team stay deleted. */
export function restore(context: Context, type: Type): Reply {
  assertMay(context.actor, 'EditAll');
  const { body, state } = context;
  if (!isObject(body) || !('id' in body)) throw refuse(400, `[${state.rules.violationPrefix}id must not be null]`);
  const id = String(body['id']);
  assertUuid(id);
  const row = (type === 'user' ? state.users : state.teams).byId(id);
  if (row === undefined) throw notFound(type, id);
  if (!isDeleted(row))
    throw state.rules.restoreOfLive === 404
      ? notFound(type, id)
      : unhandled('Cannot invoke "getEntity()" because the return value is null');
  mark(context, type, row, { deleted: false });
  return ok(showWritten(context, type, row), state.rules.restoreHeader);
}

/** All versions, newest first, each as a string of JSON. */
export function versions(context: Context, type: Type, row: Row): Reply {
  assertMay(context.actor, 'ViewAll');
  const list = [...row.history, row.json]
    .reverse()
    .map((json) => JSON.stringify(withRelations(context, type, row, json)));
  return ok({ entityType: type, versions: list });
}

/** The version of the `version` parameter. @throws ApiError 404 when it does not exist. */
export function version(context: Context, type: Type, row: Row): Reply {
  assertMay(context.actor, 'ViewAll');
  const wanted = context.params['version'] ?? '';
  const found = [...row.history, row.json].find((json) => String(json['version']) === String(Number(wanted)));
  if (found === undefined) throw refuse(404, `${type} instance for ${row.id} and version ${wanted} not found`);
  return ok(withRelations(context, type, row, found));
}

function markBelow(context: Context, row: Row): void {
  for (const child of context.state.childrenOf(row.id)) {
    markBelow(context, child);
    if (!isDeleted(child)) mark(context, 'team', child, { deleted: true });
  }
}

function withRelations(context: Context, type: Type, row: Row, json: Json): Json {
  return { ...showRead(context, type, row), changeDescription: undefined, ...json };
}

function mark(context: Context, type: Type, row: Row, { deleted }: { readonly deleted: boolean }): void {
  const { state, actor } = context;
  row.history.push({ ...row.json });
  const change = {
    fieldsAdded: [],
    fieldsUpdated: [{ name: 'deleted', oldValue: !deleted, newValue: deleted }],
    fieldsDeleted: [],
    previousVersion: versionOf(row),
  };
  row.json = {
    ...row.json,
    deleted,
    version: nextVersion(versionOf(row)),
    updatedAt: state.clock(),
    updatedBy: actor.name,
    changeDescription: change,
  };
  delete row.lastPatch;
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
