import { describe, expect, it } from 'vitest';
import { createAuthenticator } from './authenticator.ts';
import { createTokenEntry, generateToken } from './new-token.ts';
import { createSingleToken, createTokenBook } from './token-book.ts';
import { parseTokensFile, TokensFileError } from './tokens-file.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

function setUp(
  entries: readonly Readonly<{
    name: string;
    provider: string;
    profile?: string;
    scopes?: string[];
    expires?: string;
  }>[],
) {
  const made = entries.map((entry) => createTokenEntry(entry));
  const file = parseTokensFile(JSON.stringify(made.map(({ entry }) => entry)));
  const authenticate = createAuthenticator({ book: createTokenBook([() => file]), clock: () => now });
  return { authenticate, tokens: made.map(({ token }) => token), file };
}

describe('createAuthenticator', () => {
  it('SEC-R7: accepts two tokens of one provider, each under its own name, and stores only their digests', () => {
    const { authenticate, tokens, file } = setUp([
      { name: 'entra-2029', provider: 'entra' },
      { name: 'entra-2030', provider: 'entra', profile: 'strict', scopes: ['read'] },
    ]);
    expect(authenticate(`Bearer ${tokens[0]}`)).toMatchObject({
      kind: 'accepted',
      credential: { principal: { credential: 'entra-2029', provider: 'entra', profile: 'tolerant' } },
    });
    const second = authenticate(`Bearer ${tokens[1]}`);
    expect(second).toMatchObject({ credential: { principal: { credential: 'entra-2030', profile: 'strict' } } });
    expect(second).toMatchObject({ credential: { scopes: new Set(['read']) } });
    for (const token of tokens) expect(JSON.stringify(file)).not.toContain(token);
  });

  it('SEC-R7: refuses a token from the moment it expires', () => {
    const { authenticate, tokens } = setUp([
      { name: 'past', provider: 'okta', expires: '2030-01-01T00:00:00Z' },
      { name: 'future', provider: 'okta', expires: '2030-01-01T00:00:01Z' },
    ]);
    expect(authenticate(`Bearer ${tokens[0]}`)).toEqual({ kind: 'refused', reason: 'expired', method: 'token' });
    expect(authenticate(`Bearer ${tokens[1]}`)).toMatchObject({ kind: 'accepted' });
  });

  it('SEC-R12, SEC-R16: refuses a wrong token of any length, even an empty one, in the same way', () => {
    const { authenticate } = setUp([{ name: 'a', provider: 'okta' }]);
    for (const wrong of ['x', 'x'.repeat(16_000), '', ' ', 'Bearer', 'two words', 'ä', '\u0000']) {
      expect(authenticate(`Bearer ${wrong}`)).toEqual({ kind: 'refused', reason: 'invalid', method: 'none' });
    }
    expect(authenticate(undefined)).toEqual({ kind: 'refused', reason: 'missing', method: 'none' });
    expect(authenticate('Basic YTpi')).toEqual({ kind: 'refused', reason: 'invalid', method: 'none' });
  });

  it('accepts a token with the scheme, without it, with the scheme twice, and in any case', () => {
    const { authenticate, tokens } = setUp([{ name: 'a', provider: 'okta' }]);
    for (const prefix of ['Bearer ', 'bearer ', 'Bearer  ', 'Bearer Bearer ', '']) {
      expect(authenticate(`${prefix}${tokens[0]}`)).toMatchObject({ kind: 'accepted' });
    }
  });

  it('SEC-R13: generates tokens of 256 random bits', () => {
    const token = generateToken();
    expect(Buffer.from(token.replace('scimgw_', ''), 'base64url')).toHaveLength(32);
    expect(new Set(Array.from({ length: 100 }, generateToken)).size).toBe(100);
  });

  it('follows the secret of a single token when it is rotated', () => {
    let secret = 'first';
    const book = createTokenBook([createSingleToken('scim-token', () => secret)]);
    const authenticate = createAuthenticator({ book, clock: () => now });
    expect(authenticate('Bearer first')).toMatchObject({ kind: 'accepted' });
    secret = 'second';
    expect(authenticate('Bearer first')).toMatchObject({ kind: 'refused' });
    expect(authenticate('Bearer second')).toMatchObject({ kind: 'accepted' });
  });
});

describe('parseTokensFile', () => {
  const { entry } = createTokenEntry({ name: 'entra', provider: 'entra' });

  it('accepts a list, or an object that contains the list', () => {
    expect(parseTokensFile(JSON.stringify([entry]))).toHaveLength(1);
    expect(parseTokensFile(JSON.stringify({ tokens: [entry] }))).toHaveLength(1);
  });

  it.each([
    ['not JSON', 'It must be JSON'],
    ['{}', 'must be a JSON list'],
    [JSON.stringify([{ ...entry, sha256: 'abc' }]), 'Entry 1: sha256'],
    [JSON.stringify([{ ...entry, profile: 'lenient' }]), 'Entry 1: profile'],
    [JSON.stringify([{ ...entry, token: 'in plain text' }]), 'Entry 1'],
    [JSON.stringify([{ ...entry, expires: 'tomorrow' }]), 'expires must be a date and time'],
    [JSON.stringify([{ ...entry, expires: '2030' }]), 'expires must be a date and time'],
    [JSON.stringify([{ ...entry, scopes: [] }]), 'Entry 1: scopes'],
    [JSON.stringify([entry, { ...entry, sha256: '0'.repeat(64) }]), 'Entry 2: its name'],
    [JSON.stringify([entry, { ...entry, name: 'other' }]), 'Entry 2: its sha256'],
  ])('refuses %s', (text, words) => {
    expect(() => parseTokensFile(text)).toThrow(TokensFileError);
    expect(() => parseTokensFile(text)).toThrow(words);
    expect(() => parseTokensFile(text)).not.toThrow(entry.sha256);
  });
});
