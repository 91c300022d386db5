import { notFound, refuse, unhandled } from '../http/api-error.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { assertMay } from '../rights/authorize.ts';
import { viewOperation } from '../rights/operations.ts';
import { isDeleted, type Json, type Row } from '../state/row.ts';
import { reference, showTeam } from '../state/view.ts';
import { byNameParam, teamById } from './ids.ts';
import { remove, restore, version, versions } from './lifecycle.ts';
import { fieldsOf, includes, pageOf } from './query.ts';
import { patchTeam } from './team-patch.ts';
import { putTeam } from './team-put.ts';
import { assertHierarchy, assertMayJoin } from './team-types.ts';
import {
  accessIdsIn,
  assertConstraints,
  assertQuota,
  assertStorable,
  assertTeamType,
  createBody,
  emailViolations,
  rowsOfIds,
} from './validate.ts';

/** The endpoints of teams, except those of membership. */
export const teamRoutes: readonly Route[] = [
  { method: 'GET', path: 'teams', handler: listTeams },
  { method: 'GET', path: 'teams/hierarchy', handler: hierarchy },
  { method: 'GET', path: 'teams/{id}', handler: (context) => getTeam(context, teamById(context, includes(context))) },
  {
    method: 'GET',
    path: 'teams/name/{name}',
    handler: (context) => getTeam(context, byNameParam(context, 'team', includes(context))),
  },
  { method: 'POST', path: 'teams', handler: createTeam },
  { method: 'PUT', path: 'teams', handler: putTeam },
  {
    method: 'PATCH',
    path: 'teams/{id}',
    handler: (context) =>
      patchTeam(
        context,
        teamById(context, (row) => !isDeleted(row)),
      ),
  },
  {
    method: 'DELETE',
    path: 'teams/{id}',
    handler: (context) =>
      remove(
        context,
        'team',
        teamById(context, () => true),
      ),
  },
  {
    method: 'DELETE',
    path: 'teams/name/{name}',
    handler: (context) =>
      remove(
        context,
        'team',
        byNameParam(context, 'team', () => true),
      ),
  },
  { method: 'PUT', path: 'teams/restore', handler: (context) => restore(context, 'team') },
  {
    method: 'GET',
    path: 'teams/{id}/versions',
    handler: (context) =>
      versions(
        context,
        'team',
        teamById(context, () => true),
      ),
  },
  {
    method: 'GET',
    path: 'teams/{id}/versions/{version}',
    handler: (context) =>
      version(
        context,
        'team',
        teamById(context, () => true),
      ),
  },
];

/** The endpoints of teams that generation 1.1 lacks. */
export const laterTeamRoutes: readonly Route[] = [
  {
    method: 'PATCH',
    path: 'teams/name/{name}',
    handler: (context) =>
      patchTeam(
        context,
        byNameParam(context, 'team', (row) => !isDeleted(row)),
      ),
  },
];

function listTeams(context: Context): Reply {
  const { state, query, view } = context;
  const fields = fieldsOf(context, 'team');
  assertMay(context, { resource: 'team' }, viewOperation(state.rules.generation, 'team', fields));
  const included = includes(context);
  const [parentTeam, isJoinable] = [query.get('parentTeam'), query.get('isJoinable')];
  if (isJoinable !== null && !state.rules.filtersJoinable)
    throw unhandled('org.postgresql.util.PSQLException: ERROR: operator does not exist: boolean = character varying');
  const children =
    parentTeam === null ? undefined : new Set(state.childrenOf(state.teams.byName(parentTeam)?.id ?? ''));
  const filter = (row: Row) =>
    included(row) &&
    (children === undefined || children.has(row)) &&
    (isJoinable === null || (row.json['isJoinable'] !== false) === (isJoinable === 'true'));
  const filterKey = `${parentTeam}|${isJoinable}`;
  const show = (row: Row) => {
    if (fields.has('users')) assertNoGhosts(context, row);
    return showTeam(row, fields, view);
  };
  return ok(pageOf(context, state.teams, { filter, filterKey, show }));
}

/** @throws ApiError 404 when an id that no user has is a member of a listed team. */
function assertNoGhosts({ state }: Context, team: Row): void {
  const ghost = [...state.memberships.usersOf(team.id)].find((id) => state.users.byId(id) === undefined);
  if (ghost !== undefined) throw notFound('user', ghost);
}

function hierarchy(context: Context): Reply {
  assertMay(context, { resource: 'team' }, 'ViewAll');
  const limit = Number(context.query.get('limit') ?? 10_000);
  if (limit < 1000) throw refuse(400, '[query param limit must be greater than or equal to 1000]');
  const below = (row: Row): readonly Json[] =>
    context.state
      .childrenOf(row.id)
      .filter((child) => !isDeleted(child))
      .map(branch);
  const branch = (row: Row): Json => {
    const { id, teamType, fullyQualifiedName, displayName, isJoinable } = row.json;
    const children = below(row);
    return {
      ...{ id, teamType, name: row.name, fullyQualifiedName, isJoinable },
      ...(displayName === undefined ? {} : { displayName }),
      ...(children.length === 0 ? {} : { children }),
    };
  };
  return ok({ data: below(context.state.organization) });
}

function getTeam(context: Context, row: Row): Reply {
  const fields = fieldsOf(context, 'team');
  assertMay(context, { resource: 'team', row }, viewOperation(context.state.rules.generation, 'team', fields));
  const violations =
    row.json['email'] === undefined ? [] : emailViolations(row.json['email'], context.state.rules.generation);
  const { violationPrefix } = context.state.rules;
  if (violations.length > 0) throw refuse(400, `[${violations.map((one) => `${violationPrefix}${one}`).join(', ')}]`);
  return ok(showTeam(row, fields, context.view));
}

function createTeam(context: Context): Reply {
  const { state, actor } = context;
  assertMay(context, { resource: 'team' }, 'Create');
  const body = createBody(context, 'team');
  if (body['teamType'] !== undefined) assertTeamType(body['teamType']);
  assertConstraints(context, 'team', body);
  const users = rowsOfIds(context, body, { type: 'user', className: 'CreateTeam', field: 'users' });
  const parents = rowsOfIds(context, body, { type: 'team', className: 'CreateTeam', field: 'parents' });
  const children = rowsOfIds(context, body, { type: 'team', className: 'CreateTeam', field: 'children' });
  assertHierarchy(body, parents, children);
  if (state.teams.byName(String(body['name'])) !== undefined) throw refuse(409, 'Entity already exists');
  assertStorable(context, body);
  assertQuota(context, state.teams.size);
  const {
    users: _users,
    parents: _parents,
    children: _children,
    defaultRoles,
    policies,
    externalId: _externalId,
    ...fields
  } = body;
  const access = {
    defaultRoleIds: accessIdsIn(context, 'role', defaultRoles),
    policyIds: accessIdsIn(context, 'policy', policies),
  };
  const row = state.insertTeam(
    { ...fields, ...access, name: String(body['name']), teamType: body['teamType'] ?? 'Group' },
    actor.name,
  );
  assertMayJoin(
    context,
    row,
    users.map(({ id }) => id),
  );
  setParents(context, row, parents);
  for (const child of children) setParents(context, child, [...parentsOf(context, child), row]);
  for (const user of users) state.memberships.add(row.id, user.id);
  return created(showCreated(context, row, { users, children, ...access }));
}

/** The relations that a creation names. A user named twice is listed twice, and a deleted one is listed. */
function showCreated(context: Context, row: Row, given: Readonly<Record<string, readonly (Row | string)[]>>): Json {
  const fields = { users: 'users', children: 'children', defaultRoleIds: 'defaultRoles', policyIds: 'policies' };
  const shownFields = Object.entries(fields).flatMap(([name, field]) =>
    (given[name] ?? []).length > 0 ? [field] : [],
  );
  const { inheritedRoles: _inherited, ...shown } = showTeam(row, new Set(['parents', ...shownFields]), context.view);
  const users = (given['users'] ?? []).flatMap((user) =>
    typeof user === 'string' ? [] : [reference(user, 'user', context.view)],
  );
  return users.length > 0 && !context.state.rules.listsDeletedMembers ? { ...shown, users } : shown;
}

function setParents({ state }: Context, row: Row, parents: readonly Row[]): void {
  state.parents.set(
    row.id,
    parents.filter((parent) => parent.id !== state.organization.id).map(({ id }) => id),
  );
}

function parentsOf({ state }: Context, row: Row): readonly Row[] {
  return (state.parents.get(row.id) ?? []).flatMap((id) => state.teams.byId(id) ?? []);
}
