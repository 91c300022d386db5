import { randomUUID } from 'node:crypto';
import { type ApiError, refuse } from '../http/api-error.ts';
import { assertAdmin, assertMay } from '../http/authenticate.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import type { Json, Row } from '../state/row.ts';
import { entityTag, showUser } from '../state/view.ts';
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
const createdFields = new Set(['teams', 'roles', 'profile', 'isEmailVerified', 'authenticationMechanism']);

function listUsers(context: Context): Reply {
  assertMay(context.actor, 'ViewAll');
  const fields = fieldsOf(context, 'user');
  const { query, state } = context;
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
  assertMay(context.actor, 'ViewAll');
  const violations = emailViolations(row.json['email'], context.state.rules.generation);
  if (violations.length > 0)
    throw refuse(400, `[${violations.map((one) => `${context.state.rules.violationPrefix}${one}`).join(', ')}]`);
  const shown = masked(context, showUser(row, fieldsOf(context, 'user'), context.view));
  return context.state.rules.hasEntityTags
    ? { status: 200, body: shown, headers: { etag: entityTag(shown) } }
    : ok(shown);
}

function loggedInUser(context: Context): Reply {
  const { row } = context.actor;
  if (row === undefined) throw refuse(404, 'user instance not found');
  return ok(showUser(row, fieldsOf(context, 'user'), context.view));
}

/** Only administrators and bots see e-mail addresses. */
function masked(context: Context, shown: Json): Json {
  const { rules } = context.state;
  return rules.masksEmails && context.actor.rights !== 'all' ? { ...shown, email: '********@masked.com' } : shown;
}

function createUser(context: Context): Reply {
  const { state, actor } = context;
  if (!state.rules.userCreationIsOpen) assertMay(actor, 'Create');
  const body = createBody(context, 'user');
  if (body['isAdmin'] === true || body['isBot'] === true) assertAdmin(actor);
  assertConstraints(context, 'user', body);
  if (String(body['isBot']) === 'true' && body['authenticationMechanism'] === undefined) {
    throw refuse(400, `Authentication mechanism is empty bot user: [${String(body['name'])}]`);
  }
  if (body['createPasswordType'] !== undefined && !context.settings.basicAuth && state.rules.generation !== '1.1')
    throw taken();
  const teams = rowsOfIds(context, body, { type: 'team', className: 'CreateUser', field: 'teams' });
  assertJoinableTypes(context, teams);
  assertStorable(body);
  assertQuota(context, state.users.size);
  const row = state.insertUser(newUser(context, body), actor.name);
  state.memberships.rewriteUser(
    row.id,
    teams.map(({ id }) => id),
  );
  const shown = showUser(row, createdFields, context.view);
  return created(
    withoutEmptyRoles(
      Array.isArray(body['teams']) && teams.length === 0 && state.rules.generation === '1.1'
        ? { ...shown, teams: [] }
        : shown,
    ),
  );
}

/** The stored form of a new user, under another name where the server renames taken ones. @throws ApiError 409 */
function newUser(context: Context, body: Json): Json {
  const { state, settings } = context;
  const fold = (value: unknown) => (state.rules.foldsCase ? String(value).toLowerCase() : String(value));
  const email = fold(body['email']);
  const local = email.split('@')[0] ?? email;
  const wanted = settings.basicAuth ? local : fold(body['name']);
  if (state.userByEmail(email) !== undefined) throw taken();
  const isFree = state.users.byName(wanted) === undefined;
  if (!isFree && !state.rules.renamesTakenUsers) throw taken();
  const name = isFree
    ? wanted
    : state.users.byName(local) === undefined
      ? local
      : `${local}_${randomUUID().slice(0, 4)}`;
  const {
    teams: _teams,
    roles,
    isAdmin,
    authenticationMechanism,
    password: _password,
    confirmPassword: _confirm,
    createPasswordType: _type,
    ...fields
  } = body;
  const bot = authenticationMechanism === undefined ? {} : { authenticationMechanism: {} };
  return {
    ...fields,
    name,
    email,
    isAdmin: isAdmin === true,
    ...(Array.isArray(roles) ? { roleIds: roles } : {}),
    ...bot,
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

function taken(): ApiError {
  return refuse(409, 'Entity already exists');
}
