import { refuse } from '../http/api-error.ts';
import { storeToken, tokenOf } from '../http/bot-token.ts';
import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { assertAdmin } from '../rights/authorize.ts';
import { isObject, type Json, nextVersion, type Row, versionOf } from '../state/row.ts';
import { showUser } from '../state/view.ts';
import { userById } from './ids.ts';
import { rowOf } from './validate.ts';

/** The endpoints of the tokens of bots, for administrators. */
export const tokenRoutes: readonly Route[] = [
  { method: 'PUT', path: 'users/generateToken/{id}', handler: generateToken },
  { method: 'GET', path: 'users/token/{id}', handler: readToken },
  { method: 'PUT', path: 'users/revokeToken', handler: revokeToken },
];

const hourMs = 60 * 60_000;

/** The lifetimes of tokens, in milliseconds. */
const lifetimes: Readonly<Record<string, number>> = {
  OneHour: hourMs,
  '1': 24 * hourMs,
  '7': 7 * 24 * hourMs,
  '30': 30 * 24 * hourMs,
  '60': 60 * 24 * hourMs,
  '90': 90 * 24 * hourMs,
};

/** Gives a bot a new token. @returns the token and its expiry in the shape of the API. @throws ApiError 400 */
export function issueToken({ state, issuer }: Context, row: Row, request: unknown): Json {
  const expiry = isObject(request) ? String(request['JWTTokenExpiry'] ?? 'Unlimited') : 'Unlimited';
  const lifetime = lifetimes[expiry];
  if (lifetime === undefined && expiry !== 'Unlimited')
    throw refuse(
      400,
      `Cannot construct instance of \`org.openmetadata.schema.auth.JWTTokenExpiry\`, problem: ${expiry}`,
    );
  const now = state.clock();
  const token = issuer.sign({
    sub: row.name,
    isBot: true,
    iss: 'simulator',
    iat: Math.floor(now / 1000),
    email: row.json['email'],
    jti: String(Math.random()),
    ...(lifetime === undefined ? {} : { exp: Math.floor((now + lifetime) / 1000) }),
  });
  const config = {
    JWTTokenExpiry: expiry,
    ...(lifetime === undefined ? {} : { JWTTokenExpiresAt: now + lifetime }),
  };
  storeToken(row, { current: token, config });
  return { JWTToken: token, ...config };
}

/** Later generations answer with ciphertext; `GET /users/token/{id}` returns the token itself. */
function generateToken(context: Context): Reply {
  assertAdmin(context);
  const row = userById(context, () => true);
  assertBot(row, 'Generating JWT token');
  const { generation } = context.state.rules;
  const answer = issueToken(context, row, context.body);
  countUp(context, row);
  return ok(generation === '1.1' ? answer : { ...answer, JWTToken: ciphertext });
}

function readToken(context: Context): Reply {
  assertAdmin(context);
  const row = userById(context, () => true);
  assertBot(row, 'JWT token');
  const { current = context.settings.token, config } = tokenOf(row);
  return ok({ JWTToken: current, JWTTokenExpiry: 'Unlimited', ...config });
}

/** Refuses the token from now on. The next token works at once, because the cached one is dropped. */
function revokeToken(context: Context): Reply {
  assertAdmin(context);
  const { body, state, view } = context;
  const row = rowOf(context, 'user', isObject(body) && 'id' in body ? String(body['id']) : '');
  storeToken(row, { current: '', config: { JWTToken: state.rules.generation === '1.1' ? '' : ciphertext } });
  state.recentCallers.dropToken(row.name);
  countUp(context, row);
  const fields = new Set(['roles', 'teams', 'owns', 'follows', 'authenticationMechanism']);
  const { inheritedRoles: _inherited, ...shown } = showUser(row, fields, view);
  return ok(shown, 'entityUpdated');
}

/** Stands for a token that the server encrypted. */
const ciphertext = 'fernet:simulated';

function assertBot(row: Row, subject: string): void {
  if (row.json['isBot'] !== true) throw refuse(400, `${subject} is only supported for bot users`);
}

function countUp({ state, actor }: Context, row: Row): void {
  const previousVersion = versionOf(row.json);
  const updated = {
    name: 'authenticationMechanism',
    oldValue: 'old-encrypted-value',
    newValue: 'new-encrypted-value',
  };
  row.history.push({ ...row.json });
  row.json = {
    ...row.json,
    version: nextVersion(previousVersion),
    updatedAt: state.clock(),
    updatedBy: actor.name,
    changeDescription: { fieldsAdded: [], fieldsUpdated: [updated], fieldsDeleted: [], previousVersion },
  };
}
