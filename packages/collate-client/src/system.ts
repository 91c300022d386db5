import type { AuthConfig, JsonWebKeySet, SystemApi } from './api.ts';
import type { Caller } from './call.ts';
import type { Right, RightsResource, User } from './model/index.ts';
import { systemOperations as rows } from './operations.ts';
import { toRights, toUser } from './to-entity.ts';
import type { Principal } from './transport/principal.ts';

/** The calls on the server itself, bound to one context. A class, because one is made per request. */
export class BoundSystem implements SystemApi {
  readonly #call: Caller;
  readonly #principal: Principal;

  constructor(call: Caller, principal: Principal) {
    this.#call = call;
    this.#principal = principal;
  }

  async version(): Promise<{ readonly version: string }> {
    return { version: (await this.#call(rows.version, {})).version };
  }

  async authConfig(): Promise<AuthConfig> {
    const answer = await this.#call(rows.authConfig, {});
    const { provider, jwtPrincipalClaims, jwtPrincipalClaimsMapping, emailClaim, authority } = answer;
    return {
      ...(typeof provider === 'string' ? { provider } : {}),
      ...(typeof emailClaim === 'string' ? { emailClaim } : {}),
      ...(typeof authority === 'string' ? { authority } : {}),
      jwtPrincipalClaims: jwtPrincipalClaims ?? [],
      jwtPrincipalClaimsMapping: jwtPrincipalClaimsMapping ?? [],
    };
  }

  jwks(): Promise<JsonWebKeySet> {
    return this.#call(rows.jwks, {});
  }

  /** Also keeps the name for the principal, so that a 404 about the principal's own account is recognised. */
  async loggedInUser(): Promise<User> {
    const user = toUser(await this.#call(rows.loggedInUser, {}), rows.loggedInUser);
    this.#principal.name = user.name;
    return user;
  }

  async rights(resource: RightsResource): Promise<readonly Right[]> {
    return toRights(resource, await this.#call(rows.permissions, { path: { resource } }));
  }
}
