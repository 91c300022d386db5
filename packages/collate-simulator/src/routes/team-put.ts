import { refuse } from '../http/api-error.ts';
import type { Context, Reply } from '../http/context.ts';
import { assertMay } from '../rights/authorize.ts';
import type { Json, Row } from '../state/row.ts';
import { showTeam } from '../state/view.ts';
import { storeWrite } from './change.ts';
import { keptByBots } from './user-put.ts';
import { assertConstraints, createBody, rowsOfIds } from './validate.ts';

const shownFields = new Set(['parents']);

/** Creates or replaces a team by name: a body without users clears them, one without parents selects the Organization. */
export function putTeam(context: Context): Reply {
  const { state, actor, view } = context;
  const body = createBody(context, 'team');
  const existing = state.teams.byName(String(body['name']));
  assertMay(context, { resource: 'team', row: existing }, existing === undefined ? 'Create' : 'EditAll');
  assertConstraints(context, 'team', body);
  const users = rowsOfIds(context, body, { type: 'user', className: 'CreateTeam', field: 'users' }).map(({ id }) => id);
  if (existing !== undefined) return replaceTeam(context, existing, withoutRelations(body), users);
  const row = state.insertTeam({ teamType: 'Group', ...withoutRelations(body) }, actor.name);
  state.memberships.rewriteTeam(row.id, users);
  return {
    status: 201,
    body: showTeam(row, users.length > 0 ? new Set(['parents', 'users']) : shownFields, view),
    headers: { 'x-openmetadata-change': 'entityCreated' },
  };
}

function replaceTeam(context: Context, row: Row, fields: Json, users: readonly string[]): Reply {
  const { state, view } = context;
  const before = row.json;
  const { fullyQualifiedName, teamType } = before;
  if (fields['teamType'] !== undefined && fields['teamType'] !== teamType) {
    throw refuse(400, `Team of type ${String(teamType)} cannot be updated`);
  }
  const identity = { id: row.id, name: row.name, fullyQualifiedName, teamType, deleted: false };
  const next = { isJoinable: true, ...fields, ...keptByBots(context, before, fields), ...identity };
  const tracked = ['displayName', 'description', 'email', 'isJoinable', 'deleted', 'users'];
  const toReferences = (ids: Iterable<string>) => ({ users: [...ids].map((id) => ({ id })) });
  const relations = { before: toReferences(state.memberships.usersOf(row.id)), after: toReferences(users) };
  const { change } = storeWrite(context, row, { read: before, next, relations, tracked, merges: false });
  state.teams.touch();
  state.memberships.rewriteTeam(row.id, users);
  const header = change === undefined ? 'entityNoChange' : 'entityUpdated';
  return {
    status: 200,
    body: showTeam(row, users.length > 0 ? new Set(['parents', 'users']) : shownFields, view),
    headers: { 'x-openmetadata-change': header },
  };
}

function withoutRelations(body: Json): Json {
  const {
    users: _users,
    parents: _parents,
    children: _children,
    defaultRoles: _roles,
    policies: _policies,
    ...fields
  } = body;
  return fields;
}
