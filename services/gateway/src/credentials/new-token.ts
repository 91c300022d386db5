import { randomBytes } from 'node:crypto';
import { digestOf } from './credential.ts';

/** Generates a token: 256 random bits behind a prefix that secret scanners recognise. */
export function generateToken(): string {
  return `scimgw_${randomBytes(32).toString('base64url')}`;
}

/**
 * Generates a token, and its entry for the file of tokens, which contains its digest. `parseTokensFile` checks the
 * entry.
 */
export function createTokenEntry<Description extends { readonly name: string }>(description: Description) {
  const token = generateToken();
  const { name, ...rest } = description;
  return { token, entry: { name, sha256: digestOf(token).toString('hex'), ...rest } };
}
