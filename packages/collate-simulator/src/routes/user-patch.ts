import { refuse, unhandled } from '../http/api-error.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { applySteps, type PatchStep } from '../patch/json-patch.ts';
import { assertAdmin, assertMay } from '../rights/authorize.ts';
import { operationsOfPatch } from '../rights/operations.ts';
import { isDeleted, type Json, type Row } from '../state/row.ts';
import { reference, showUser, withoutNewDescriptions } from '../state/view.ts';
import { storeWrite, type Written } from './change.ts';
import { userById } from './ids.ts';
import { assertMatches, assertUnmodified, isGuarded, stepsOf } from './patch-request.ts';
import { rewriteMemberships } from './rewrite-memberships.ts';
import { accessIdsIn, assertKnownProperties, rowOf, rowOfPatchedReference } from './validate.ts';

const missingEmail =
  'org.postgresql.util.PSQLException: ERROR: null value in column "email" of relation "user_entity" violates not-null constraint';

/** The fields that a PATCH reads; it writes their relations again. */
const loadedFields = new Set(['profile', 'roles', 'teams', 'isEmailVerified', 'authenticationMechanism']);

/**
 * The fields whose change makes a version. A PATCH of externalId or scimUserName alone changes none of them: the answer repeats
 * the value, but the server does not store it.
 */
const trackedFields = ['displayName', 'description', 'timezone', 'profile', 'isEmailVerified', 'isAdmin', 'roleIds'];

/**
 * Reads the user with its teams, waits, and writes the read state with the changes. Writes of other requests in between are lost.
 * Every PATCH, even an empty one, rewrites the user's memberships.
 */
export async function patchUser(context: Context): Promise<Reply> {
  const { state, view } = context;
  const steps = stepsOf(context);
  const row = userById(context, (found) => !isDeleted(found));
  const before = row.json;
  const document = showUser(row, loadedFields, view);
  assertAllowed(context, row, steps);
  assertMay(context, { resource: 'user', row }, ...operationsOfPatch(steps));
  assertMatches(context, row);
  const patched = applySteps(document, steps, state.rules);
  assertKnownProperties(context, 'user', patched);
  if (patched['email'] === undefined && state.rules.patchesEmail) throw unhandled(missingEmail);
  if (patched['deleted'] === true) throw refuse(400, "user attribute deleted can't be modified");
  const teams = teamIds(context, patched, row);
  await context.yield();
  const guarded = isGuarded(context);
  if (guarded) assertUnmodified(context, row, before);
  const next = nextJson(context, before, guarded ? { ...patched, externalId: before['externalId'] } : patched);
  assertFreeEmail(context, row, next);
  // A PATCH with If-Match changes no memberships; its answer repeats the requested ones.
  if (!guarded) rewriteMemberships(context, row, teams);
  const written = storeWrite(context, row, {
    read: before,
    next: { ...next, deleted: row.json['deleted'] },
    relations: {
      before: pick(document, ['teams']),
      after: guarded ? pick(document, ['teams']) : { teams: echoedTeams(context, patched) },
    },
    tracked: [...trackedFields, ...(state.rules.patchesEmail ? ['email'] : []), 'teams'],
    merges: !guarded,
  });
  state.indexEmail(row, before['email']);
  state.users.touch();
  const shown = answer(context, row, patched, { ...written, guarded });
  if (!state.rules.showsAllProperties) return shown;
  const root = { teams: [{ id: state.organization.id }] };
  const known = { ...document, teams: [...listOf(document['teams']), ...root.teams] };
  return { ...shown, body: withoutNewDescriptions(Object(shown.body), known, ['teams', 'roles']) };
}

interface Outcome extends Written {
  /** Whether the request has an If-Match header. */
  readonly guarded: boolean;
}

/** The answer repeats the requested values, even those that the server did not store. */
function answer(context: Context, row: Row, patched: Json, { change, stored, guarded }: Outcome): Reply {
  const { inheritedRoles, ...whole } = showUser(row, loadedFields, context.view);
  // After a write the answer lacks the inherited roles, which only reading derives.
  const shown = (stored && !guarded) || inheritedRoles === undefined ? whole : { ...whole, inheritedRoles };
  const echoed = {
    ...shown,
    ...(change === undefined ? {} : { changeDescription: change }),
    ...pick(patched, [
      ...(context.state.rules.patchesEmail ? ['fullyQualifiedName'] : []),
      'externalId',
      'scimUserName',
    ]),
    teams: echoedTeams(context, patched),
  };
  return ok(echoed, change === undefined ? 'entityNoChange' : 'entityUpdated');
}

/** The patched teams; the Organization is listed only when it is the only team. */
function echoedTeams(context: Context, patched: Json): readonly Json[] {
  const items: readonly unknown[] = Array.isArray(patched['teams'])
    ? patched['teams']
    : [{ id: context.state.organization.id }];
  const rows = items.map((item) => rowOfPatchedReference(context, 'team', item));
  const real = rows.filter((team) => team.id !== context.state.organization.id);
  return (real.length > 0 ? real : rows).map((team) => reference(team, 'team', context.view));
}

/** The state to store: the patched fields, except for identity and, where PATCH may not change it, the e-mail. */
function nextJson(context: Context, before: Json, patched: Json): Json {
  const { teams: _teams, roles, inheritedRoles: _inherited, href: _href, owns: _owns, ...fields } = patched;
  const displayName = fields['displayName'];
  const { state } = context;
  return {
    ...fields,
    ...pick(before, [
      'id',
      'name',
      'fullyQualifiedName',
      'authenticationMechanism',
      'version',
      'updatedAt',
      'updatedBy',
      'deleted',
    ]),
    roleIds: accessIdsIn(context, 'role', roles),
    ...(state.rules.patchesEmail ? {} : { email: before['email'] }),
    ...(displayName === undefined || displayName === null
      ? { displayName: undefined }
      : { displayName: String(displayName) }),
  };
}

function assertAllowed(context: Context, row: Row, steps: readonly PatchStep[]): void {
  const { state } = context;
  for (const { op, path, value } of steps) {
    if (/^\/(isAdmin|isBot)$/.test(path) || path.startsWith('/roles')) assertAdmin(context);
    if (op !== 'add' || !path.startsWith('/teams/') || typeof value !== 'object' || value === null || !('id' in value))
      continue;
    const team = rowOf(context, 'team', String(value.id));
    if (state.memberships.teamsOf(row.id).has(team.id)) {
      throw refuse(
        400,
        `User '${row.name}' is already part of the team '${String(team.json['displayName'] ?? (state.rules.showsAllProperties ? team.name : null))}'`,
      );
    }
    if (team.json['isJoinable'] === false) assertAdmin(context);
  }
}

/** The ids of the teams in a document, without the Organization. @throws ApiError 400 when a new team must be a Group and is not. */
function teamIds(context: Context, document: Json, row: Row): readonly string[] {
  const { state } = context;
  const references = Array.isArray(document['teams']) ? document['teams'] : [];
  const teams = references
    .map((reference) => rowOfPatchedReference(context, 'team', reference))
    .filter((team) => team.id !== state.organization.id);
  const present = state.memberships.teamsOf(row.id);
  const other = teams.find((team) => team.json['teamType'] !== 'Group' && !present.has(team.id));
  if (other !== undefined && state.rules.refusesNonGroup === 'every-addition')
    throw refuse(400, 'Direct users can only be assigned to teams of type Group');
  return [...new Set(teams.map(({ id }) => id))];
}

function assertFreeEmail({ state }: Context, row: Row, next: Json): void {
  const owner = state.userByEmail(String(next['email']));
  if (owner !== undefined && owner !== row) throw refuse(409, 'Entity already exists');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (json[name] === undefined ? [] : [[name, json[name]]])));
}
