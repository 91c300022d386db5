import { refuse } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { applySteps } from '../patch/json-patch.ts';
import { assertMay } from '../rights/authorize.ts';
import { operationsOfPatch } from '../rights/operations.ts';
import type { Json, Row } from '../state/row.ts';
import { reference, showTeam, withoutNewDescriptions } from '../state/view.ts';
import { storeWrite, type Written } from './change.ts';
import { assertMatches, assertUnmodified, isGuarded, stepsOf } from './patch-request.ts';
import { assertHierarchy, assertMayJoin } from './team-types.ts';
import { accessIdsIn, assertKnownProperties, rowOf, rowOfPatchedReference } from './validate.ts';

const loadedFields = new Set(['profile', 'users', 'defaultRoles', 'parents', 'children', 'policies']);
const trackedFields = ['displayName', 'description', 'isJoinable', 'email', 'profile', 'defaultRoleIds', 'policyIds'];

/**
 * Reads the team with its members, waits, and writes the read state with the changes. It writes the members only when the list
 * changed.
 */
export async function patchTeam(context: Context, row: Row): Promise<Reply> {
  const { state, view } = context;
  const steps = stepsOf(context);
  assertMay(context, { resource: 'team', row }, ...operationsOfPatch(steps));
  const before = row.json;
  const document = showTeam(row, loadedFields, view);
  assertMatches(context, row);
  const patched = applySteps(document, steps, state.rules);
  assertKnownProperties(context, 'team', patched);
  assertUnchangeable(before, patched);
  const [beforeUsers, users] = [rowIds(context, document, 'users', 'user'), rowIds(context, patched, 'users', 'user')];
  const parents = rowIds(context, patched, 'parents', 'team');
  if (row.id !== state.organization.id)
    assertHierarchy(
      { ...before, teamType: before['teamType'] },
      parents.map((id) => rowOf(context, 'team', id)),
      [],
    );
  assertMayJoin(context, row, users);
  await context.yield();
  const guarded = isGuarded(context);
  if (guarded) assertUnmodified(context, row, before);
  const next = nextJson(context, before, guarded ? { ...patched, externalId: before['externalId'] } : patched);
  const written = storeWrite(context, row, {
    read: before,
    next: { ...next, deleted: row.json['deleted'] },
    relations: {
      before: { users: document['users'] },
      after: { users: guarded ? document['users'] : patched['users'] },
    },
    tracked: [...trackedFields, 'users'],
    merges: !guarded,
  });
  state.teams.touch();
  // A PATCH with If-Match changes no memberships; its answer repeats the requested ones.
  const changesUsers = !guarded && JSON.stringify(users) !== JSON.stringify(beforeUsers);
  if (changesUsers) writeMembers(context, row, beforeUsers, users);
  state.parents.set(
    row.id,
    parents.filter((id) => id !== state.organization.id),
  );
  const shown = answer(context, row, patched, { ...written, guarded });
  if (!state.rules.showsAllProperties) return shown;
  return { ...shown, body: withoutNewDescriptions(Object(shown.body), document, ['defaultRoles', 'policies']) };
}

function writeMembers({ state }: Context, team: Row, before: readonly string[], after: readonly string[]): void {
  if (state.rules.rewritesTeamMembers) state.memberships.rewriteTeam(team.id, after);
  else state.memberships.changeTeam(team.id, before, after);
}

interface Outcome extends Written {
  /** Whether the request has an If-Match header. */
  readonly guarded: boolean;
}

/** The answer repeats the patched list, even with duplicate members, although the server stores each member once. */
function answer(context: Context, row: Row, patched: Json, { change, stored, guarded }: Outcome): Reply {
  const { inheritedRoles, ...whole } = showTeam(row, loadedFields, context.view);
  const shown = stored && !guarded ? whole : { ...whole, inheritedRoles };
  const users = echoedUsers(context, patched);
  const echoed = {
    ...shown,
    ...(change === undefined ? {} : { changeDescription: change }),
    users,
    ...(context.state.rules.showsAllProperties ? { userCount: guarded ? undefined : (users?.length ?? 0) } : {}),
    ...(context.state.rules.hidesNotFound ? { fullyQualifiedName: patched['fullyQualifiedName'] } : {}),
    ...(patched['externalId'] === undefined ? {} : { externalId: patched['externalId'] }),
  };
  return ok(echoed, change === undefined ? 'entityNoChange' : 'entityUpdated');
}

function echoedUsers(context: Context, patched: Json): readonly Json[] | undefined {
  if (!Array.isArray(patched['users'])) return undefined;
  const users = patched['users'].map((item) => rowOfPatchedReference(context, 'user', item));
  const sorted = context.state.rules.showsAllProperties
    ? users.sort((left, right) => (left.name < right.name ? -1 : 1))
    : users;
  return sorted.map((user) => reference(user, 'user', context.view));
}

function assertUnchangeable(before: Json, patched: Json): void {
  if (patched['deleted'] === true) throw refuse(400, "team attribute deleted can't be modified");
  if (patched['teamType'] !== before['teamType'])
    throw refuse(400, `Team of type ${String(before['teamType'])} cannot be updated`);
}

function nextJson(context: Context, before: Json, patched: Json): Json {
  const {
    users: _users,
    parents: _parents,
    children: _children,
    defaultRoles,
    inheritedRoles: _inherited,
    policies,
    href: _href,
    userCount: _userCount,
    childrenCount: _childrenCount,
    ...fields
  } = patched;
  const { id, name, fullyQualifiedName, version, updatedAt, updatedBy } = before;
  return {
    ...fields,
    id,
    name,
    fullyQualifiedName,
    version,
    updatedAt,
    updatedBy,
    defaultRoleIds: accessIdsIn(context, 'role', defaultRoles),
    policyIds: accessIdsIn(context, 'policy', policies),
  };
}

/** The distinct ids of a list of references. @throws ApiError 404 when no entity has an id. */
function rowIds(context: Context, document: Json, field: string, type: 'user' | 'team'): readonly string[] {
  const references = Array.isArray(document[field]) ? document[field] : [];
  return [...new Set(references.map((reference) => rowOfPatchedReference(context, type, reference).id))];
}
