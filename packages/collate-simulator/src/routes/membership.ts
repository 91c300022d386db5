import { refuse } from '../http/api-error.ts';
import { assertMay } from '../http/authenticate.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { isDeleted, isObject, type Json, type Row, versionOf } from '../state/row.ts';
import { reference, showTeam } from '../state/view.ts';
import { byNameParam, teamById, uuidParam } from './ids.ts';
import { assertMayJoin } from './team-types.ts';
import { rowOf } from './validate.ts';

/** The endpoints of membership, absent from generation 1.1. None of them changes the team's version. */
export const membershipRoutes: readonly Route[] = [
  { method: 'PUT', path: 'teams/{id}/users', handler: replaceUsers },
  { method: 'DELETE', path: 'teams/{id}/users/{userId}', handler: removeUser },
  { method: 'PUT', path: 'teams/{name}/assets/add', handler: (context) => changeAssets(context, 'add') },
  { method: 'PUT', path: 'teams/{name}/assets/remove', handler: (context) => changeAssets(context, 'remove') },
];

const live = (row: Row) => !isDeleted(row);

function replaceUsers(context: Context): Reply {
  assertMay(context.actor, 'EditUsers');
  const { state } = context;
  const team = teamById(context, live);
  if (!Array.isArray(context.body)) throw refuse(400, 'Users list cannot be null');
  if (team.json['teamType'] !== 'Group')
    throw refuse(
      400,
      `Team is of type ${String(team.json['teamType'])}. Users can be updated only in team of type Group.`,
    );
  const users = context.body.map((item) => rowOf(context, 'user', String(item?.id)));
  assertMayJoin(context, team, users);
  const hidden = [...state.memberships.usersOf(team.id)].filter((id) => state.users.byId(id)?.json['deleted'] === true);
  state.memberships.rewriteTeam(team.id, [...users.map(({ id }) => id), ...hidden]);
  return changeEvent(context, team, { fieldsAdded: [{ name: 'users' }] });
}

function removeUser(context: Context): Reply {
  assertMay(context.actor, 'EditUsers');
  const team = teamById(context, live);
  const user = rowOf(context, 'user', uuidParam(context, 'userId'));
  if (isDeleted(user)) throw refuse(404, `user instance for ${user.id} not found`);
  context.state.memberships.delete(team.id, user.id);
  return changeEvent(context, team, { fieldsDeleted: [{ name: 'users' }] });
}

function changeAssets(context: Context, change: 'add' | 'remove'): Reply {
  assertMay(context.actor, 'EditAll');
  const { state, view } = context;
  const team = byNameParam(context, 'team', live);
  const body = isObject(context.body) ? context.body : {};
  const assets = Array.isArray(body['assets']) ? body['assets'] : [];
  if (assets.some((asset) => asset?.type !== 'user')) throw refuse(400, 'Only users can be added to a Team');
  const users = assets.map((asset) => rowOf(context, 'user', String(asset.id)));
  if (change === 'add') assertMayJoin(context, team, users);
  // The released servers ignore dryRun on removals.
  const isDry = body['dryRun'] === true && (change === 'add' || state.rules.generation === '2.0');
  for (const user of isDry ? [] : users) {
    if (change === 'add') state.memberships.add(team.id, user.id);
    else state.memberships.delete(team.id, user.id);
  }
  return ok({
    dryRun: body['dryRun'] === true,
    status: 'success',
    numberOfRowsProcessed: users.length,
    numberOfRowsPassed: users.length,
    numberOfRowsFailed: 0,
    successRequest: users.map((user) => ({ request: reference(user, 'user', view) })),
  });
}

function changeEvent(context: Context, team: Row, change: Json): Reply {
  const { state, actor, view } = context;
  const version = versionOf(team);
  const event = {
    id: team.id,
    eventType: 'entityUpdated',
    entityType: 'team',
    entityId: team.id,
    entityFullyQualifiedName: team.json['fullyQualifiedName'],
    userName: actor.name,
    timestamp: state.clock(),
    previousVersion: version,
    currentVersion: version,
    changeDescription: { ...change, previousVersion: version },
    entity: showTeam(team, new Set(['users']), view),
  };
  return ok(event, 'entityFieldsChanged');
}
