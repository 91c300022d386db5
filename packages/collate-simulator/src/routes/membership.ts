import { refuse, unhandled } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { assertMay } from '../rights/authorize.ts';
import type { ChangeEvent } from '../state/events.ts';
import { isDeleted, isObject, type Json, type Row, versionOf } from '../state/row.ts';
import { reference, showTeam } from '../state/view.ts';
import { changeEvent } from './events.ts';
import { byNameParam, teamById } from './ids.ts';
import { assertMayJoin } from './team-types.ts';
import { assertUuid, rowOf, rowOfReference } from './validate.ts';

/** The endpoints of membership, absent from generation 1.1. None of them changes the team's version. */
export const membershipRoutes: readonly Route[] = [
  { method: 'PUT', path: 'teams/{id}/users', handler: replaceUsers },
  { method: 'DELETE', path: 'teams/{id}/users/{userId}', handler: removeUser },
  { method: 'PUT', path: 'teams/{name}/assets/add', handler: (context) => changeAssets(context, 'add') },
  { method: 'PUT', path: 'teams/{name}/assets/remove', handler: (context) => changeAssets(context, 'remove') },
];

const live = (row: Row) => !isDeleted(row);

function replaceUsers(context: Context): Reply {
  assertMay(context, { resource: 'team' }, 'EditUsers');
  const { state } = context;
  const team = teamById(context, live);
  if (!Array.isArray(context.body)) throw refuse(400, 'Users list cannot be null');
  assertGroup(team);
  const users = context.body.map((item) => rowOfReference(context, 'user', item).id);
  const shown = [...state.memberships.usersOf(team.id)].filter((id) => state.users.byId(id)?.json['deleted'] === false);
  state.memberships.changeTeam(team.id, shown, users);
  const { href: _href, ...shownTeam } = showTeam(team, new Set(['users']), context.view);
  const members = Array.isArray(shownTeam['users']) ? shownTeam['users'] : [];
  const entity = { ...shownTeam, users: members.map(({ href: _link, ...user }) => user) };
  const added = { fieldsAdded: [{ name: 'users', newValue: context.body }] };
  return fieldsChanged(context, team, added, entity);
}

function removeUser(context: Context): Reply {
  assertMay(context, { resource: 'team' }, 'EditUsers');
  const team = teamById(context, live);
  const user = rowOf(context, 'user', javaUuid(context.params['userId'] ?? ''));
  assertGroup(team);
  context.state.memberships.delete(team.id, user.id);
  const {
    href: _href,
    userCount: _users,
    childrenCount: _children,
    ...shown
  } = showTeam(team, new Set(), context.view);
  const oldValue = [assetReference(context, user.id)];
  return fieldsChanged(context, team, { fieldsDeleted: [{ name: 'users', oldValue }] }, shown);
}

/** Adds or removes the users of the body, also ids that no user has: these become ghosts, see `assertNoGhosts`. */
async function changeAssets(context: Context, change: 'add' | 'remove'): Promise<Reply> {
  assertMay(context, { resource: 'team' }, 'EditAll');
  const { state } = context;
  const team = byNameParam(context, 'team', live);
  const { ids, isDry } = bulkAssets(context);
  if (change === 'add') assertMayJoin(context, team, ids);
  // Half the window: a PATCH of the same user loses an addition that arrives shortly before it or after it.
  await context.yield(0.5);
  for (const id of isDry ? [] : ids) {
    if (change === 'add') state.memberships.add(team.id, id);
    else state.memberships.delete(team.id, id);
  }
  const assets = ids.map((id) => assetReference(context, id));
  if (!isDry) recordAssets(context, team, change, assets);
  return ok({
    dryRun: isDry,
    status: 'success',
    numberOfRowsProcessed: ids.length,
    numberOfRowsPassed: ids.length,
    numberOfRowsFailed: 0,
    successRequest: assets.map((request) => ({ request })),
  });
}

/** The ids of the body's users. @throws ApiError when it is malformed. */
function bulkAssets({ body, state }: Context): { readonly ids: readonly string[]; readonly isDry: boolean } {
  const fields = isObject(body) ? body : {};
  const { assets, dryRun } = fields;
  if (dryRun !== undefined && !state.rules.acceptsDryRun)
    throw refuse(
      400,
      'Unrecognized field "dryRun" (class org.openmetadata.schema.type.api.BulkAssets), not marked as ignorable',
    );
  if (!Array.isArray(assets)) throw unhandled('Cannot invoke "java.util.List.iterator()" because "refs" is null');
  for (const asset of assets) {
    assertUuid(String(asset?.id));
    if (asset?.type === undefined) throw refuse(400, '[query param type must not be null]');
    if (asset?.type !== 'user') throw refuse(400, 'Only users can be added to a Team');
  }
  return { ids: assets.map((asset) => String(asset.id)), isDry: dryRun === true };
}

/** A reference without its link; a ghost has only its id and type. */
function assetReference({ state, view }: Context, id: string): Json {
  const user = state.users.byId(id);
  if (user === undefined) return { id, type: 'user' };
  const { href: _href, description: _description, ...shown } = reference(user, 'user', view);
  return shown;
}

/** @throws ApiError 400 when the team is not a Group. */
function assertGroup(team: Row): void {
  const type = String(team.json['teamType']);
  if (type !== 'Group') throw refuse(400, `Team is of type ${type}. Users can be updated only in team of type Group.`);
}

/** @throws ApiError 400 in Java's words when the text is no UUID. */
function javaUuid(text: string): string {
  if (!/^[\da-f-]{36}$/i.test(text)) throw refuse(400, `Invalid UUID string: ${text}`);
  return text.toLowerCase();
}

/** Records an event with the entity as a string, and answers with that event and the entity itself. */
function fieldsChanged(context: Context, team: Row, fields: Json, entity: Json): Reply {
  const event = membershipEvent(context, team, fields);
  context.state.events.record({ ...event, entity: JSON.stringify(entity) });
  const { changeDescription } = event;
  return ok(
    { ...event, entity: fields['fieldsAdded'] === undefined ? entity : { ...entity, changeDescription } },
    'entityFieldsChanged',
  );
}

/** The event of a change of members, which leaves the team's version as it is. */
function membershipEvent(context: Context, team: Row, fields: Json): ChangeEvent {
  const version = versionOf(team.json);
  return {
    ...changeEvent(context, { eventType: 'entityUpdated', entityType: 'team', entity: team.json }),
    previousVersion: version,
    currentVersion: version,
    changeDescription: { fieldsAdded: [], fieldsUpdated: [], fieldsDeleted: [], ...fields, previousVersion: version },
  };
}

/** Records the event of a bulk change, whose entity is an object. That removals are recorded is a belief. */
function recordAssets(context: Context, team: Row, change: 'add' | 'remove', assets: readonly Json[]): void {
  const fields =
    change === 'add'
      ? { fieldsAdded: [{ name: 'assets', newValue: assets }] }
      : { fieldsDeleted: [{ name: 'assets', oldValue: assets }] };
  const { href: _href, ...entity } = showTeam(team, new Set(), context.view);
  context.state.events.record({ ...membershipEvent(context, team, fields), entity });
}
