import type { Authenticate, Authentication } from './credential.ts';
import { digestOf } from './credential.ts';
import type { TokenBook } from './token-book.ts';

/** Verifies a token that the book does not contain; undefined at once for a token of another form. */
export type VerifyForeign = (token: string, digest: string) => Authentication | Promise<Authentication> | undefined;

/** Creates authentication by bearer tokens: those in the book, and those that Collate vouches for. */
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
 * Okta sends the header as its administrator typed it: with `Bearer`, without, or with `Bearer Bearer`.
 */
function readToken(authorization: string): string | undefined {
  const token = authorization.trim().replace(/^(?:bearer +){1,2}/i, '');
  return token === '' || token.includes(' ') ? undefined : token;
}
