import { refuse, unhandled } from '../http/api-error.ts';
import { assertAdmin, assertMay } from '../http/authenticate.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import { applySteps, type PatchStep } from '../patch/json-patch.ts';
import { isDeleted, type Json, type Row } from '../state/row.ts';
import { reference, showUser } from '../state/view.ts';
import { describeChange, storeChange } from './change.ts';
import { userById } from './ids.ts';
import { assertMatches, stepsOf } from './patch-request.ts';
import { assertKnownProperties, rowOf, rowOfReference } from './validate.ts';

const missingEmail =
  'org.postgresql.util.PSQLException: ERROR: null value in column "email" of relation "user_entity" violates not-null constraint';

/** What a PATCH works on: the relations that it will write again are read here. */
const loadedFields = new Set(['profile', 'roles', 'teams', 'isEmailVerified']);

/** Fields whose change makes a version. Neither externalId nor scimUserName is one: a PATCH of these alone is echoed and lost. */
const trackedFields = ['displayName', 'description', 'timezone', 'profile', 'isEmailVerified', 'isAdmin'];

/**
 * Reads the user with its teams, waits a moment, and writes everything it read again with the changes: what others wrote meanwhile is
 * lost, and every PATCH, even an empty one, rewrites the user's memberships.
 */
export async function patchUser(context: Context): Promise<Reply> {
  const { state, view } = context;
  assertMay(context.actor, 'EditAll');
  const steps = stepsOf(context);
  const row = userById(context, (found) => !isDeleted(found));
  const before = row.json;
  const document = showUser(row, loadedFields, view);
  assertMatches(context, row, document);
  assertAllowed(context, row, steps);
  const patched = applySteps(document, steps, state.rules.reordersPatch);
  assertKnownProperties(context, 'user', patched);
  if (patched['email'] === undefined) throw unhandled(missingEmail);
  if (patched['deleted'] === true) throw refuse(400, "user attribute deleted can't be modified");
  const teams = teamIds(context, patched, row);
  await context.yield();
  const next = nextJson(context, before, patched);
  const tracked = state.rules.patchesEmail ? [...trackedFields, 'email'] : trackedFields;
  const beforeTeams = teamIds(context, document, row);
  const change = describeChange({ ...before, teams: beforeTeams }, { ...next, teams }, [...tracked, 'teams']);
  if (change !== undefined) {
    assertFreeEmail(context, row, next);
    storeChange(context, row, { ...next, deleted: row.json['deleted'] }, change, {
      merges: context.headers['if-match'] === undefined,
      relations: { teams: document['teams'] },
    });
    state.indexEmail(row, before['email']);
    state.users.touch();
  }
  state.memberships.rewriteUser(row.id, teams);
  return answer(context, row, patched, change !== undefined);
}

/** The answer repeats what was asked for even where nothing was stored. */
function answer(context: Context, row: Row, patched: Json, changed: boolean): Reply {
  const { inheritedRoles, ...whole } = showUser(row, loadedFields, context.view);
  // What was changed is answered as it was written, without what only reading derives.
  const shown = changed ? whole : { ...whole, ...(inheritedRoles === undefined ? {} : { inheritedRoles }) };
  const echoed = {
    ...shown,
    ...pick(patched, ['fullyQualifiedName', 'externalId', 'scimUserName']),
    teams: echoedTeams(context, patched),
  };
  return ok(echoed, changed ? 'entityUpdated' : 'entityNoChange');
}

/** The teams as patched; the Organization goes as soon as there is another one. */
function echoedTeams(context: Context, patched: Json): readonly Json[] {
  const items: readonly unknown[] = Array.isArray(patched['teams'])
    ? patched['teams']
    : [{ id: context.state.organization.id }];
  const rows = items.map((item) => rowOfReference(context, 'team', item));
  const real = rows.filter((team) => team.id !== context.state.organization.id);
  return (real.length > 0 ? real : rows).map((team) => reference(team, 'team', context.view));
}

/** What will be stored: identity as it was, an e-mail as it was where the server keeps it, the rest as patched. */
function nextJson({ state }: Context, before: Json, patched: Json): Json {
  const { teams: _teams, roles: _roles, inheritedRoles: _inherited, href: _href, owns: _owns, ...fields } = patched;
  const displayName = fields['displayName'];
  return {
    ...fields,
    ...pick(before, [
      'id',
      'name',
      'fullyQualifiedName',
      'roleIds',
      'authenticationMechanism',
      'version',
      'updatedAt',
      'updatedBy',
      'deleted',
    ]),
    ...(state.rules.patchesEmail ? {} : { email: before['email'] }),
    ...(displayName === undefined || displayName === null
      ? { displayName: undefined }
      : { displayName: String(displayName) }),
  };
}

function assertAllowed(context: Context, row: Row, steps: readonly PatchStep[]): void {
  const { state, actor } = context;
  for (const { op, path, value } of steps) {
    if (/^\/(isAdmin|isBot)$/.test(path) || path.startsWith('/roles')) assertAdmin(actor);
    if (op !== 'add' || !path.startsWith('/teams/') || typeof value !== 'object' || value === null || !('id' in value))
      continue;
    const team = rowOf(context, 'team', String(value.id));
    if (state.memberships.teamsOf(row.id).has(team.id)) {
      throw refuse(400, `User '${row.name}' is already part of the team '${String(team.json['displayName'] ?? null)}'`);
    }
    if (team.json['isJoinable'] === false) assertAdmin(actor);
  }
}

/** The ids of the teams in a document, the Organization left out; where only Groups take users, new ones of other types are refused. */
function teamIds(context: Context, document: Json, row: Row): readonly string[] {
  const { state } = context;
  const references = Array.isArray(document['teams']) ? document['teams'] : [];
  const teams = references
    .map((reference) => rowOfReference(context, 'team', reference))
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

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (json[name] === undefined ? [] : [[name, json[name]]])));
}
