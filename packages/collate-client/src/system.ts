import type { AuthConfig, JsonWebKeySet, SystemApi } from './api.ts';
import type { Caller } from './call.ts';
import type { User } from './model/index.ts';
import { systemOperations as rows } from './operations.ts';
import { toUser } from './to-entity.ts';
import type { Principal } from './transport/principal.ts';

/** The calls on the server itself, bound to one context. A class, since one is made for each request that needs it. */
export class BoundSystem implements SystemApi {
  readonly #call: Caller;
  readonly #principal: Principal;

  constructor(call: Caller, principal: Principal) {
    this.#call = call;
    this.#principal = principal;
  }

  async version(): Promise<{ readonly version: string }> {
    return { version: (await this.#call(rows.version, {})).value.version };
  }

  async authConfig(): Promise<AuthConfig> {
    const { value } = await this.#call(rows.authConfig, {});
    const { provider, jwtPrincipalClaims, jwtPrincipalClaimsMapping, emailClaim, authority } = value;
    return {
      ...(typeof provider === 'string' ? { provider } : {}),
      ...(typeof emailClaim === 'string' ? { emailClaim } : {}),
      ...(typeof authority === 'string' ? { authority } : {}),
      jwtPrincipalClaims: jwtPrincipalClaims ?? [],
      jwtPrincipalClaimsMapping: jwtPrincipalClaimsMapping ?? [],
    };
  }

  async jwks(): Promise<JsonWebKeySet> {
    return (await this.#call(rows.jwks, {})).value;
  }

  /** Also stores the user's name in the principal, which then recognises answers that mean its own account. */
  async loggedInUser(): Promise<User> {
    const user = toUser((await this.#call(rows.loggedInUser, {})).value, rows.loggedInUser);
    this.#principal.name = user.name;
    return user;
  }
}
