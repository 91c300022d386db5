import { notFound, refuse, unhandled } from '../http/api-error.ts';
import { assertMay } from '../http/authenticate.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { isDeleted, type Json, nextVersion, type Row, versionOf } from '../state/row.ts';
import { showTeam, showUser } from '../state/view.ts';
import { assertUuid } from './validate.ts';

type Type = 'user' | 'team';

const userFields = new Set(['teams', 'roles']);
const teamFields = new Set(['parents', 'children', 'users', 'defaultRoles', 'policies']);

/** Deletes softly, or for good with `hardDelete=true`. Relations of a softly deleted entity stay. */
export function remove(context: Context, type: Type, row: Row): Reply {
  assertMay(context.actor, 'Delete');
  if (type === 'team') assertRemovable(context, row);
  if (context.query.get('hardDelete') === 'true') {
    const shown = show(context, type, row, true);
    if (type === 'user') context.state.removeUser(row);
    else context.state.removeTeam(row);
    return ok({ ...shown, deleted: true }, 'entityDeleted');
  }
  const changes = !isDeleted(row);
  if (changes) {
    if (type === 'team') markBelow(context, row);
    markDeleted(context, type, row, true);
  }
  return ok(show(context, type, row, !changes), 'entitySoftDeleted');
}

/** Restores by the id in the body; memberships come back as they were, children of a team do not. */
export function restore(context: Context, type: Type): Reply {
  assertMay(context.actor, 'EditAll');
  const { body, state } = context;
  if (typeof body !== 'object' || body === null || !('id' in body))
    throw refuse(400, `[${state.rules.violationPrefix}id must not be null]`);
  const id = String(body.id);
  assertUuid(id);
  const row = (type === 'user' ? state.users : state.teams).byId(id);
  if (row === undefined) throw notFound(type, id);
  if (!isDeleted(row))
    throw state.rules.restoreOfLive === 404
      ? notFound(type, id)
      : unhandled('Cannot invoke "getEntity()" because the return value is null');
  markDeleted(context, type, row, false);
  return ok(show(context, type, row, false), state.rules.restoreHeader);
}

/** All versions, newest first, each a JSON text. */
export function versions(context: Context, type: Type, row: Row): Reply {
  assertMay(context.actor, 'ViewAll');
  const list = [...row.history, row.json]
    .reverse()
    .map((json) => JSON.stringify(withRelations(context, type, row, json)));
  return ok({ entityType: type, versions: list });
}

/** One version. @throws ApiError 404 */
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
    if (!isDeleted(child)) markDeleted(context, 'team', child, true);
  }
}

function withRelations(context: Context, type: Type, row: Row, json: Json): Json {
  return { ...show(context, type, row, true), changeDescription: undefined, ...json };
}

function markDeleted(context: Context, type: Type, row: Row, deleted: boolean): void {
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

/** As writing answers: without a link, and without what only reading derives unless nothing was written. */
function show(context: Context, type: Type, row: Row, derived: boolean): Json {
  const shown = type === 'user' ? showUser(row, userFields, context.view) : showTeam(row, teamFields, context.view);
  const { href: _href, inheritedRoles, ...written } = shown;
  return derived && inheritedRoles !== undefined ? { ...written, inheritedRoles } : written;
}
