import { timingSafeEqual } from 'node:crypto';
import { allScopes, defaultProvider, digestOf } from './credential.ts';
import type { DigestedToken } from './tokens-file.ts';

/** The tokens that are configured now, by digest. */
export interface TokenBook {
  find(digest: Buffer): DigestedToken | undefined;
  /** The keys of the providers that have a token. */
  providers(): readonly string[];
}

/** Creates a book over lists that are read anew for each look-up, since files change. */
export function createTokenBook(lists: readonly (() => readonly DigestedToken[])[]): TokenBook {
  return {
    find: (digest) => {
      let found: DigestedToken | undefined;
      // Compare every token in constant time, so that the duration reveals nothing about the tokens.
      for (const list of lists) for (const token of list()) if (timingSafeEqual(token.digest, digest)) found = token;
      return found;
    },
    providers: () => [
      ...new Set(lists.flatMap((list) => list().map(({ credential }) => credential.principal.provider))),
    ],
  };
}

/** A list of one token, which follows its secret. */
export function createSingleToken(name: string, secret: () => string): () => readonly DigestedToken[] {
  let token: string | undefined;
  let list: readonly DigestedToken[] = [];
  return () => {
    const current = secret();
    if (current !== token) {
      token = current;
      list = [toDigestedToken(name, current)];
    }
    return list;
  };
}

function toDigestedToken(name: string, token: string): DigestedToken {
  const principal = { credential: name, provider: defaultProvider, profile: 'tolerant' } as const;
  return {
    digest: digestOf(token),
    credential: { principal, scopes: allScopes, method: 'token' },
    expiresAt: undefined,
  };
}
