import { refuse } from '../http/api-error.ts';
import type { Context, Reply } from '../http/context.ts';
import { assertAdmin, assertMay } from '../rights/authorize.ts';
import type { Json, Row } from '../state/row.ts';
import { showUser } from '../state/view.ts';
import { assertMechanism, assertUnused, botRoleIdsOf, newMechanism, roleIdsOf } from './bot-user.ts';
import { storeWrite } from './change.ts';
import { rewriteMemberships } from './rewrite-memberships.ts';
import { assertConstraints, createBody, rowsOfIds } from './validate.ts';

const shownFields = new Set(['teams']);

/** The fields in the answer to a creation. */
const createdFields = new Set(['teams', 'inheritedRoles']);
const botFields = new Set(['teams', 'roles']);
const replacedBotFields = new Set(['teams', 'roles', 'authenticationMechanism']);

/** Creates or replaces a user by name: clears absent fields, restores a deleted user and replaces its teams by those of the body. */
export function putUser(context: Context): Reply {
  const { state, actor, view } = context;
  const body = createBody(context, 'user');
  assertMayPut(context, body);
  assertConstraints(context, 'user', body);
  const teams = rowsOfIds(context, body, { type: 'team', className: 'CreateUser', field: 'teams' }).map(({ id }) => id);
  const name = fold(context, body['name']);
  const existing = state.users.byName(name);
  if (existing !== undefined) return replaceUser(context, existing, body, teams);
  assertMechanism(context, body);
  const { teams: _teams, roles: _roles, authenticationMechanism: _mechanism, botName: _bot, ...fields } = body;
  if (state.userByEmail(fold(context, body['email'])) !== undefined) throw refuse(409, 'Entity already exists');
  const row = state.insertUser(
    {
      ...fields,
      name,
      email: fold(context, body['email']),
      isAdmin: body['isAdmin'] === true,
      roleIds: roleIdsOf(context, body),
    },
    actor.name,
  );
  const mechanism = newMechanism(context, row, body);
  state.memberships.rewriteUser(row.id, teams);
  return {
    status: 201,
    body: { ...showUser(row, body['isBot'] === true ? botFields : createdFields, view), ...mechanism },
    headers: { 'x-openmetadata-change': 'entityCreated' },
  };
}

function replaceUser(context: Context, row: Row, body: Json, teams: readonly string[]): Reply {
  const { state, view } = context;
  const before = row.json;
  if (body['isBot'] === true) assertUnused(context, row, body);
  const { teams: _teams, roles: _roles, authenticationMechanism: _mechanism, botName: _bot, ...fields } = body;
  const email = state.rules.patchesEmail ? fold(context, body['email']) : before['email'];
  const { fullyQualifiedName } = before;
  const identity = {
    id: row.id,
    name: row.name,
    fullyQualifiedName,
    email,
    isAdmin: body['isAdmin'] === true,
    deleted: false,
  };
  const { authenticationMechanism } = before;
  const kept = authenticationMechanism === undefined ? {} : { authenticationMechanism };
  const roleIds = body['isBot'] === true ? botRoleIdsOf(context, row, body) : roleIdsOf(context, body);
  const next = { ...fields, ...keptByBots(context, before, fields), ...identity, ...kept, roleIds };
  const tracked = ['displayName', 'description', 'timezone', 'profile', 'email', 'isAdmin', 'deleted', 'roleIds'];
  const owner = state.userByEmail(String(email));
  if (owner !== undefined && owner !== row) throw refuse(409, 'Entity already exists');
  rewriteMemberships(context, row, teams);
  const { change } = storeWrite(context, row, {
    read: before,
    next,
    relations: { before: {}, after: {} },
    tracked,
    merges: false,
  });
  state.indexEmail(row, before['email']);
  state.users.touch();
  const header = change === undefined ? 'entityNoChange' : 'entityUpdated';
  const shown = showUser(row, body['isBot'] === true ? replacedBotFields : shownFields, view);
  return { status: 200, body: withoutInherited(shown), headers: { 'x-openmetadata-change': header } };
}

/** An answer to a replacement: reading derives the inherited roles, writing does not. */
function withoutInherited({ inheritedRoles: _inherited, ...shown }: Json): Json {
  return shown;
}

/** Administrators and bots are written by administrators only; everyone may write the own account. */
function assertMayPut(context: Context, body: Json): void {
  const { state, actor } = context;
  const name = fold(context, body['name']);
  const existing = state.users.byName(name);
  if (body['isAdmin'] === true || body['isBot'] === true) assertAdmin(context);
  else if (name !== actor.name)
    assertMay(context, { resource: 'user', row: existing }, existing === undefined ? 'Create' : 'EditAll');
}

/** The fields that a bot's PUT does not overwrite. */
export function keptByBots({ state, actor }: Context, before: Json, fields: Json): Json {
  if (!actor.isBot) return {};
  return Object.fromEntries(state.rules.keptByBots.map((name) => [name, before[name] ?? fields[name]]));
}

function fold({ state }: Context, value: unknown): string {
  return state.rules.foldsCase ? String(value).toLowerCase() : String(value);
}
