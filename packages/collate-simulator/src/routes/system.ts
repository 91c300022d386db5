import { refuse } from '../http/api-error.ts';
import { assertAdmin, tokensOf } from '../http/authenticate.ts';
import { type Context, created, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { isObject } from '../state/row.ts';
import { showUser } from '../state/view.ts';
import { userById } from './ids.ts';

/** The endpoints of the server's configuration, of bots' tokens, and of the policies, roles and bots behind them. */
export const systemRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'system/version',
    open: true,
    handler: ({ state }) => ok({ version: state.rules.version, revision: 'simulated', timestamp: 1_685_459_755_000 }),
  },
  { method: 'GET', path: 'system/config/auth', open: true, handler: authConfig },
  { method: 'GET', path: 'system/config/authorizer', open: true, handler: authorizerConfig },
  { method: 'GET', path: 'system/config/jwks', open: true, handler: ({ issuer }) => ok(issuer.keySet()) },
  { method: 'PUT', path: 'users/generateToken/{id}', handler: generateToken },
  { method: 'GET', path: 'users/token/{id}', handler: readToken },
  { method: 'PUT', path: 'users/revokeToken', handler: revokeToken },
  {
    method: 'POST',
    path: 'users/checkEmailInUse',
    handler: ({ state, body }) => ok(state.userByEmail(emailOf(body)) !== undefined),
  },
  { method: 'POST', path: 'policies', handler: (context) => createAccess(context, 'policies') },
  { method: 'POST', path: 'roles', handler: (context) => createAccess(context, 'roles') },
  { method: 'POST', path: 'bots', handler: (context) => createAccess(context, 'bots') },
  {
    method: 'POST',
    path: 'users/checkEmailVerified',
    handler: () => ({ status: 200, body: '', headers: { 'content-type': '' } }),
  },
  { method: 'GET', path: 'events', handler: () => ok({ data: [], paging: { total: 0 } }) },
];

const dayMs = 24 * 60 * 60_000;

function authConfig({ settings, view }: Context): Reply {
  return ok({
    provider: settings.basicAuth ? 'basic' : 'custom-oidc',
    providerName: 'TestIdP',
    publicKeyUrls: [`${view.base}/api/v1/system/config/jwks`],
    authority: 'https://accounts.google.com',
    clientId: '',
    callbackUrl: '',
    jwtPrincipalClaims: settings.principalClaims,
    enableSelfSignup: true,
    samlConfiguration: {
      idp: {
        authorityUrl: 'http://localhost:8585/api/v1/saml/login',
        nameId: 'urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress',
      },
      debugMode: false,
    },
  });
}

function authorizerConfig(): Reply {
  return ok({
    className: 'org.openmetadata.service.security.DefaultAuthorizer',
    containerRequestFilter: 'org.openmetadata.service.security.JwtFilter',
    adminPrincipals: ['admin'],
    testPrincipals: [],
    allowedEmailRegistrationDomains: ['all'],
    principalDomain: 'example.com',
    enforcePrincipalDomain: false,
    enableSecureSocketConnection: false,
  });
}

function generateToken(context: Context): Reply {
  assertAdmin(context.actor);
  const row = userById(context, () => true);
  const { state, issuer, body } = context;
  const expiry = isObject(body) && 'JWTTokenExpiry' in body ? String(body['JWTTokenExpiry']) : 'Unlimited';
  const expiresAt =
    expiry === 'Unlimited' ? undefined : state.clock() + (expiry === 'OneHour' ? dayMs / 24 : Number(expiry) * dayMs);
  const issuedAt = Math.floor(state.clock() / 1000);
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) };
  const token = issuer.sign({
    sub: row.name,
    isBot: true,
    iss: 'simulator',
    iat: issuedAt,
    email: row.json['email'],
    jti: String(Math.random()),
    ...exp,
  });
  const before = tokensOf(row);
  row.json['authenticationMechanism'] = {
    current: token,
    ...(before.current === undefined ? {} : { previous: before.current }),
    rotatedAt: state.clock(),
  };
  return ok({
    JWTToken: token,
    JWTTokenExpiry: expiry,
    ...(expiresAt === undefined ? {} : { JWTTokenExpiresAt: expiresAt }),
  });
}

function readToken(context: Context): Reply {
  assertAdmin(context.actor);
  return ok({ JWTToken: tokensOf(userById(context, () => true)).current ?? '', JWTTokenExpiry: 'Unlimited' });
}

function revokeToken(context: Context): Reply {
  assertAdmin(context.actor);
  const { body, state, view } = context;
  const row = state.users.byId(isObject(body) && 'id' in body ? String(body['id']) : '');
  if (row === undefined) throw refuse(404, 'user instance not found');
  row.json['authenticationMechanism'] = { current: 'revoked', rotatedAt: state.clock() - dayMs };
  return ok(showUser(row, new Set(['roles']), view), 'entityUpdated');
}

/** Stores a policy, role or bot unchecked, which is enough to set up a bot. */
function createAccess(context: Context, kind: string): Reply {
  assertAdmin(context.actor);
  const { state, body, actor, view } = context;
  const fields = isObject(body) ? body : {};
  const id = crypto.randomUUID();
  const json = {
    id,
    ...fields,
    fullyQualifiedName: fields['name'],
    ...(kind === 'policies' ? { enabled: true } : {}),
    provider: 'user',
    version: 0.1,
    updatedAt: state.clock(),
    updatedBy: actor.name,
    deleted: false,
    href: `${view.base}/api/v1/${kind}/${id}`,
  };
  state.access.set(id, json);
  return created(json);
}

function emailOf(body: unknown): string {
  return isObject(body) && 'email' in body ? String(body['email']) : '';
}
