import { type Context, ok, type Reply } from '../http/context.ts';

/** The configuration of logins, readable without a token. */
export function authConfig(context: Context): Reply {
  const { settings } = context;
  const shared = {
    provider: settings.basicAuth ? 'basic' : 'custom-oidc',
    authority: 'https://accounts.google.com',
    clientId: '',
    callbackUrl: '',
    jwtPrincipalClaims: settings.principalClaims,
    enableSelfSignup: true,
  };
  return ok({ ...shared, ...(context.state.rules.generation === '1.1' ? oldAuthConfig(context) : laterAuthConfig) });
}

const laterAuthConfig = {
  clientType: 'public',
  responseType: 'id_token',
  providerName: '',
  publicKeyUrls: [],
  tokenValidationAlgorithm: 'RS256',
  jwtPrincipalClaimsMapping: [],
  forceSecureSessionCookie: false,
  enableAutoRedirect: false,
};

function oldAuthConfig({ view }: Context): object {
  return {
    providerName: 'TestIdP',
    publicKeyUrls: [`${view.base}/api/v1/system/config/jwks`],
    samlConfiguration: {
      idp: {
        authorityUrl: 'http://localhost:8585/api/v1/saml/login',
        nameId: 'urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress',
      },
      debugMode: false,
    },
  };
}

/** The configuration of administrators and sign-up, readable without a token. */
export function authorizerConfig({ state }: Context): Reply {
  const shared = { testPrincipals: [], principalDomain: 'example.com' };
  return ok(
    state.rules.generation === '1.1'
      ? {
          ...shared,
          className: 'org.openmetadata.service.security.DefaultAuthorizer',
          containerRequestFilter: 'org.openmetadata.service.security.JwtFilter',
          adminPrincipals: ['admin'],
          allowedEmailRegistrationDomains: ['all'],
          enforcePrincipalDomain: false,
          enableSecureSocketConnection: false,
        }
      : {
          ...shared,
          adminPrincipals: [],
          allowedEmailRegistrationDomains: [],
          allowedDomains: [],
          useRolesFromProvider: false,
        },
  );
}
