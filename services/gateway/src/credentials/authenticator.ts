import type { Authenticate, Authentication } from './credential.ts';
import { digestOf } from './credential.ts';
import type { TokenBook } from './token-book.ts';

/** Verifies tokens that are not in the book; `undefined` at once for one that is none of its kind. */
export type VerifyForeign = (token: string, digest: string) => Authentication | Promise<Authentication> | undefined;

/** Authentication by bearer tokens: those in the book, and those that somebody else vouches for. */
export function createAuthenticator(options: {
  readonly book: TokenBook;
  readonly clock: () => number;
  readonly verifyForeign?: VerifyForeign;
}): Authenticate {
  const { book, clock, verifyForeign } = options;
  return (authorization) => {
    const token = authorization === undefined ? undefined : readToken(authorization);
    if (token === undefined) return authorization === undefined ? missing : invalid;
    const digest = digestOf(token);
    const known = book.find(digest);
    if (known === undefined) return verifyForeign?.(token, digest.toString('hex')) ?? invalid;
    if (known.expiresAt !== undefined && known.expiresAt <= clock()) return expired;
    return { kind: 'accepted', credential: known.credential };
  };
}

const missing: Authentication = { kind: 'refused', reason: 'missing', method: 'none' };
const invalid: Authentication = { kind: 'refused', reason: 'invalid', method: 'none' };
const expired: Authentication = { kind: 'refused', reason: 'expired', method: 'token' };

/**
 * The token of an `Authorization` header.
 *
 * @remarks Okta sends a header token as its administrator typed it: with `Bearer`, without, or with a second one.
 */
function readToken(authorization: string): string | undefined {
  const token = authorization.trim().replace(/^(?:bearer +){1,2}/i, '');
  return token === '' || token.includes(' ') ? undefined : token;
}
