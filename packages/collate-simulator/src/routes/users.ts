import { randomUUID } from 'node:crypto';
import { ApiError, refuse, refuseUnchallenged } from '../http/api-error.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { assertAdmin, assertMay, knownCaller } from '../rights/authorize.ts';
import { viewOperation } from '../rights/operations.ts';
import type { Json, Row } from '../state/row.ts';
import { showUser } from '../state/view.ts';
import { assertMechanism, newMechanism, roleIdsOf } from './bot-user.ts';
import { byNameParam, userById } from './ids.ts';
import { remove, restore, version, versions } from './lifecycle.ts';
import { fieldsOf, includes, pageOf } from './query.ts';
import { patchUser } from './user-patch.ts';
import { putUser } from './user-put.ts';
import { assertConstraints, assertQuota, assertStorable, createBody, emailViolations, rowsOfIds } from './validate.ts';

/** The endpoints of users. */
export const userRoutes: readonly Route[] = [
  { method: 'GET', path: 'users', handler: listUsers },
  { method: 'GET', path: 'users/loggedInUser', handler: loggedInUser },
  { method: 'GET', path: 'users/{id}', handler: (context) => getUser(context, userById(context, includes(context))) },
  {
    method: 'GET',
    path: 'users/name/{name}',
    handler: (context) => getUser(context, byNameParam(context, 'user', includes(context))),
  },
  { method: 'POST', path: 'users', handler: createUser },
  { method: 'PUT', path: 'users', handler: putUser },
  { method: 'PATCH', path: 'users/{id}', handler: patchUser },
  {
    method: 'DELETE',
    path: 'users/{id}',
    handler: (context) =>
      remove(
        context,
        'user',
        userById(context, () => true),
      ),
  },
  {
    method: 'DELETE',
    path: 'users/name/{name}',
    handler: (context) =>
      remove(
        context,
        'user',
        byNameParam(context, 'user', () => true),
      ),
  },
  { method: 'PUT', path: 'users/restore', handler: (context) => restore(context, 'user') },
  {
    method: 'GET',
    path: 'users/{id}/versions',
    handler: (context) =>
      versions(
        context,
        'user',
        userById(context, () => true),
      ),
  },
  {
    method: 'GET',
    path: 'users/{id}/versions/{version}',
    handler: (context) =>
      version(
        context,
        'user',
        userById(context, () => true),
      ),
  },
];

/** The fields in the answer to a creation. */
const createdFields = new Set(['teams', 'roles', 'profile', 'isEmailVerified']);

function listUsers(context: Context): Reply {
  const fields = fieldsOf(context, 'user');
  const { query, state } = context;
  assertMay(context, { resource: 'user' }, viewOperation(state.rules.generation, 'user', fields));
  const included = includes(context);
  const [team, isBot, isAdmin] = [query.get('team'), query.get('isBot'), query.get('isAdmin')];
  const members =
    team === null ? undefined : state.memberships.usersOf(state.teams.byName(team.replace(/^"(.*)"$/, '$1'))?.id ?? '');
  const filter = (row: Row) =>
    included(row) &&
    (members === undefined || members.has(row.id)) &&
    (isBot === null || (row.json['isBot'] === true) === (isBot === 'true')) &&
    (isAdmin === null || (row.json['isAdmin'] === true) === (isAdmin === 'true'));
  // A change of membership touches no row, so a remembered total of a team's users would be stale: a new key each time.
  const filterKey = members === undefined ? `${isBot}|${isAdmin}` : randomUUID();
  const show = (row: Row) => masked(context, showUser(row, fields, context.view));
  return ok(pageOf(context, state.users, { filter, filterKey, show }));
}

function getUser(context: Context, row: Row): Reply {
  const fields = fieldsOf(context, 'user');
  assertMay(context, { resource: 'user', row }, viewOperation(context.state.rules.generation, 'user', fields));
  const violations = emailViolations(row.json['email'], context.state.rules.generation);
  if (violations.length > 0)
    throw refuse(400, `[${violations.map((one) => `${context.state.rules.violationPrefix}${one}`).join(', ')}]`);
  return ok(masked(context, showUser(row, fields, context.view)));
}

function loggedInUser(context: Context): Reply {
  const row = context.state.rules.generation === '1.1' ? knownCaller(context) : ownAccount(context);
  return ok(showUser(row, fieldsOf(context, 'user'), context.view));
}

/** The account of the caller, even a deleted one. Its name and its e-mail address must be those of the token. */
function ownAccount({ state, actor: { row, email } }: Context): Row {
  const named = email === undefined ? row : state.userByEmail(email);
  if (row !== undefined && named === row) return row;
  throw row === undefined && named === undefined
    ? refuse(404, 'Cannot find user with provided name and email')
    : refuse(400, 'Account already exists. Please contact administrator.');
}

/** Only administrators and bots see e-mail addresses. */
function masked(context: Context, shown: Json): Json {
  const { rules } = context.state;
  const seesAll = context.actor.isAdmin || context.actor.isBot;
  return rules.masksEmails && !seesAll ? { ...shown, email: '********@masked.com' } : shown;
}

function createUser(context: Context): Reply {
  const { state, actor } = context;
  const body = createBody(context, 'user');
  assertMayCreate(context, body);
  assertConstraints(context, 'user', body);
  assertMechanism(context, body);
  if (body['createPasswordType'] !== undefined && !context.settings.basicAuth && state.rules.generation !== '1.1')
    throw taken();
  const teams = teamsOfBody(context, body);
  assertJoinableTypes(context, teams);
  assertStorable(context, body);
  assertQuota(context, state.users.size);
  const roleIds = roleIdsOf(context, body);
  const row = state.insertUser({ ...newUser(context, body), roleIds }, actor.name);
  const mechanism = newMechanism(context, row, body);
  state.memberships.rewriteUser(
    row.id,
    teams.map(({ id }) => id),
  );
  const shown = masked(context, { ...showUser(row, createdFields, context.view), ...mechanism });
  return created(
    withoutEmptyRoles(
      Array.isArray(body['teams']) && teams.length === 0 && state.rules.generation !== '2.0'
        ? { ...shown, teams: [] }
        : shown,
    ),
  );
}

/** Later generations let everyone with `Create` make administrators and bots; generation 1.1 lets everyone create users. */
function assertMayCreate(context: Context, body: Json): void {
  const { state, actor } = context;
  if (state.rules.userCreationIsOpen) {
    if (body['isAdmin'] === true) assertAdmin(context);
  } else if (actor.row === undefined) assertSelfSignUp(context, body);
  else assertMay(context, { resource: 'user' }, 'Create');
}

/** A caller without an account may create that account. @throws ApiError 403 when it is another one. */
function assertSelfSignUp({ actor }: Context, { name, email }: Json): void {
  const isOwn = String(name).toLowerCase() === actor.name && String(email).toLowerCase() === actor.email;
  if (isOwn) return;
  throw refuseUnchallenged(403, 'Self Signup can only create user for self. Only Admin can create other users.');
}

/** The stored form of a new user, under another name where the server renames taken ones. @throws ApiError 409 */
function newUser(context: Context, body: Json): Json {
  const { state, settings } = context;
  const fold = (value: unknown) => (state.rules.foldsCase ? String(value).toLowerCase() : String(value));
  const email = fold(body['email']);
  const local = email.split('@')[0] ?? email;
  const wanted = settings.basicAuth ? local : fold(body['name']);
  if (state.userByEmail(email) !== undefined) throw refuseUnchallenged(409, 'Entity already exists');
  const isFree = state.users.byName(wanted) === undefined;
  if (!isFree && !state.rules.renamesTakenUsers) throw taken();
  const name = isFree
    ? wanted
    : state.users.byName(local) === undefined
      ? local
      : `${local}_${randomUUID().slice(0, 4)}`;
  const {
    teams: _teams,
    roles: _roles,
    isAdmin,
    authenticationMechanism: _mechanism,
    password: _password,
    confirmPassword: _confirm,
    createPasswordType: _type,
    ...fields
  } = body;
  return {
    ...fields,
    name,
    email,
    isAdmin: isAdmin === true,
  };
}

/** @throws ApiError 400 when a team is not a Group and the server accepts users in Groups only. */
function assertJoinableTypes(context: Context, teams: readonly Row[]): void {
  if (context.state.rules.refusesNonGroup !== 'every-addition') return;
  const other = teams.find((team) => team.json['teamType'] !== 'Group');
  if (other !== undefined) throw refuse(400, 'Direct users can only be assigned to teams of type Group');
}

function withoutEmptyRoles(shown: Json): Json {
  const { roles, ...others } = shown;
  return Array.isArray(roles) && roles.length > 0 ? shown : others;
}

/** The teams of a creation. @throws ApiError 403 for an unknown one, which later generations take for a self-signup. */
function teamsOfBody(context: Context, body: Json): readonly Row[] {
  try {
    return rowsOfIds(context, body, { type: 'team', className: 'CreateUser', field: 'teams' });
  } catch (error) {
    if (context.state.rules.hidesNotFound || !(error instanceof ApiError) || error.status !== 404) throw error;
    const message = 'Self Signup can only create user for self. Only Admin can create other users.';
    throw refuseUnchallenged(403, message);
  }
}

function taken(): ApiError {
  return refuse(409, 'Entity already exists');
}
