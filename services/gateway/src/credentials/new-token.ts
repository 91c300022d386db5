import { randomBytes } from 'node:crypto';
import { digestOf } from './credential.ts';
import type { TokenEntry } from './tokens-file.ts';

/** A token nobody can guess: 256 random bits, behind a prefix that secret scanners can recognise. */
export function generateToken(): string {
  return `scimgw_${randomBytes(32).toString('base64url')}`;
}

/** A token and the entry by which the file of tokens will know it. */
export function createTokenEntry(description: Omit<TokenEntry, 'sha256'>): { token: string; entry: TokenEntry } {
  const token = generateToken();
  const { name, ...rest } = description;
  return { token, entry: { name, sha256: digestOf(token).toString('hex'), ...rest } };
}
