import type { SystemApi } from './api.ts';
import type { Caller } from './call.ts';
import { systemOperations as rows } from './operations.ts';
import { toUser } from './to-entity.ts';
import type { Principal } from './transport/principal.ts';

/** The methods on the server itself; whoever it says we are, the principal remembers. */
export function createSystemApi(call: Caller, principal: Principal): SystemApi {
  return {
    version: async (context) => ({ version: (await call(rows.version, {}, context)).value.version }),
    authConfig: async (context) => {
      const { value } = await call(rows.authConfig, {}, context);
      const { provider, jwtPrincipalClaims, jwtPrincipalClaimsMapping, emailClaim, authority } = value;
      return {
        ...(typeof provider === 'string' ? { provider } : {}),
        ...(typeof emailClaim === 'string' ? { emailClaim } : {}),
        ...(typeof authority === 'string' ? { authority } : {}),
        jwtPrincipalClaims: jwtPrincipalClaims ?? [],
        jwtPrincipalClaimsMapping: jwtPrincipalClaimsMapping ?? [],
      };
    },
    jwks: async (context) => (await call(rows.jwks, {}, context)).value,
    loggedInUser: async (context) => {
      const user = toUser((await call(rows.loggedInUser, {}, context)).value, rows.loggedInUser);
      principal.name = user.name;
      return user;
    },
  };
}
