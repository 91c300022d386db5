import { hash } from 'node:crypto';
import type { Principal } from '../provisioning/service.ts';

/** What a credential may be used for. */
export type Scope = 'read' | 'write';

/** Something that a provider authenticates with, whatever its form. */
export interface Credential {
  readonly principal: Principal;
  readonly scopes: ReadonlySet<Scope>;
  readonly method: AuthenticationMethod;
}

/** The forms that credentials have. */
export const authenticationMethods = ['token', 'collate-bot'] as const;
export type AuthenticationMethod = (typeof authenticationMethods)[number];

/** Why a request has no credential. */
export const refusals = ['missing', 'invalid', 'expired'] as const;
export type Refusal = (typeof refusals)[number];

/** Whose request this is, or why that is unknown. */
export type Authentication =
  | { readonly kind: 'accepted'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly method: AuthenticationMethod | 'none' };

/** Finds out whose request it is from the `Authorization` header; asynchronous only where somebody else must be asked. */
export type Authenticate = (authorization: string | undefined) => Authentication | Promise<Authentication>;

/** The credential under which the token of `SCIM_TOKEN`, or a generated one, is known. */
export const defaultProvider = 'default';

/** The scopes of a credential that names none. */
export const allScopes: ReadonlySet<Scope> = new Set(['read', 'write']);

/** The only form in which tokens are kept and compared. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
