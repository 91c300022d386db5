import { type Context, ok, type Reply } from '../http/context.ts';
import type { Route } from '../http/router.ts';
import { isObject } from '../state/row.ts';

/** The endpoints of the server's configuration and state. */
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
  {
    method: 'POST',
    path: 'users/checkEmailInUse',
    handler: ({ state, body }) => ok(state.userByEmail(emailOf(body)) !== undefined),
  },
  {
    method: 'POST',
    path: 'users/checkEmailVerified',
    handler: () => ({ status: 200, body: '', headers: { 'content-type': '' } }),
  },
  { method: 'GET', path: 'events', handler: () => ok({ data: [], paging: { total: 0 } }) },
];

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

function emailOf(body: unknown): string {
  return isObject(body) && 'email' in body ? String(body['email']) : '';
}
