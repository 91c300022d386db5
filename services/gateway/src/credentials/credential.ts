import { hash } from 'node:crypto';
import type { Principal } from '../provisioning/service.ts';

/** What a credential permits. */
export type Scope = 'read' | 'write';

/** A credential that a provider authenticates with. */
export interface Credential {
  readonly principal: Principal;
  readonly scopes: ReadonlySet<Scope>;
  readonly method: AuthenticationMethod;
}

/** The forms of credentials: a token of the gateway, or a Collate bot's own token. */
export const authenticationMethods = ['token', 'collate-bot'] as const;
export type AuthenticationMethod = (typeof authenticationMethods)[number];

/** Why authentication refuses a request. */
export const refusals = ['missing', 'invalid', 'expired'] as const;
export type Refusal = (typeof refusals)[number];

/** The credential of a request, or the reason for its refusal. */
export type Authentication =
  | { readonly kind: 'accepted'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly method: AuthenticationMethod | 'none' };

/** Authenticates by the `Authorization` header; asynchronous only for a token that Collate has to verify. */
export type Authenticate = (authorization: string | undefined) => Authentication | Promise<Authentication>;

/** The name and provider of the credential for `SCIM_TOKEN` or a generated token. */
export const defaultProvider = 'default';

/** The scopes of a credential without a list of scopes. */
export const allScopes: ReadonlySet<Scope> = new Set(['read', 'write']);

/** The SHA-256 digest of a token; tokens are stored and compared in this form only. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
