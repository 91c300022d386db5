import { refuse } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { applySteps } from '../patch/json-patch.ts';
import { assertMay } from '../rights/authorize.ts';
import { operationsOfPatch } from '../rights/operations.ts';
import { isDeleted, type Json, type Row } from '../state/row.ts';
import { reference, showTeam } from '../state/view.ts';
import { type ChangeDescription, describeChange, storeChange } from './change.ts';
import { teamById } from './ids.ts';
import { assertMatches, stepsOf } from './patch-request.ts';
import { assertHierarchy, assertMayJoin } from './team-types.ts';
import { accessIdsIn, assertKnownProperties, rowOf, rowOfReference } from './validate.ts';

const loadedFields = new Set(['profile', 'users', 'defaultRoles', 'parents', 'children', 'policies']);
const trackedFields = ['displayName', 'description', 'isJoinable', 'email', 'profile', 'defaultRoleIds', 'policyIds'];

/**
 * Reads the team with its members, waits, and writes the read state with the changes. It writes the members only when the list
 * changed.
 */
export async function patchTeam(context: Context): Promise<Reply> {
  const { state, view } = context;
  const steps = stepsOf(context);
  const row = teamById(context, (found) => !isDeleted(found));
  assertMay(context, { resource: 'team', row }, ...operationsOfPatch(steps));
  const before = row.json;
  const document = showTeam(row, loadedFields, view);
  assertMatches(context, row, document);
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
  const next = nextJson(context, before, patched);
  const change = describeChange({ ...before, users: beforeUsers }, { ...next, users }, [...trackedFields, 'users']);
  if (change !== undefined) {
    storeChange(context, row, {
      next: { ...next, deleted: row.json['deleted'] },
      change,
      merges: context.headers['if-match'] === undefined,
      relations: { users: document['users'] },
    });
    state.teams.touch();
  }
  if (JSON.stringify(users) !== JSON.stringify(beforeUsers)) writeMembers(context, row, beforeUsers, users);
  state.parents.set(
    row.id,
    parents.filter((id) => id !== state.organization.id),
  );
  return answer(context, row, patched, change);
}

function writeMembers({ state }: Context, team: Row, before: readonly string[], after: readonly string[]): void {
  if (state.rules.rewritesTeamMembers) state.memberships.rewriteTeam(team.id, after);
  else state.memberships.changeTeam(team.id, before, after);
}

/** The answer repeats the patched list, even with duplicate members, although the server stores each member once. */
function answer(context: Context, row: Row, patched: Json, change: ChangeDescription | undefined): Reply {
  const { inheritedRoles, ...whole } = showTeam(row, loadedFields, context.view);
  const shown = change !== undefined ? whole : { ...whole, inheritedRoles };
  const echoed = {
    ...shown,
    users: echoedUsers(context, patched),
    fullyQualifiedName: patched['fullyQualifiedName'],
  };
  return ok(echoed, change === undefined ? 'entityNoChange' : 'entityUpdated');
}

function echoedUsers(context: Context, patched: Json): readonly Json[] | undefined {
  if (!Array.isArray(patched['users'])) return undefined;
  return patched['users'].map((item) => reference(rowOfReference(context, 'user', item), 'user', context.view));
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
  return [...new Set(references.map((reference) => rowOfReference(context, type, reference).id))];
}
