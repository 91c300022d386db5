import Type from 'typebox';
import Value from 'typebox/value';
import type { Principal } from '../provisioning/service.ts';
import { allScopes, type Credential, type Scope } from './credential.ts';

const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });

const entryType = Type.Object(
  {
    name,
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    provider: name,
    profile: Type.Optional(Type.Enum(['tolerant', 'strict'])),
    scopes: Type.Optional(Type.Array(Type.Enum(['read', 'write']), { minItems: 1 })),
    expires: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** A credential and the digest of its token. */
export interface DigestedToken {
  readonly digest: Buffer;
  readonly credential: Credential;
  /** Milliseconds since the epoch; undefined for a token that never expires. */
  readonly expiresAt: number | undefined;
}

/** The file of tokens is invalid. The message names the entry and what it must be, and never contains a digest. */
export class TokensFileError extends Error {
  override readonly name = 'TokensFileError';
}

/**
 * Parses the text of a file of tokens: a JSON list of entries, or an object with the list in `tokens`.
 *
 * @throws TokensFileError for an invalid text, and for two entries with one name or digest.
 */
export function parseTokensFile(text: string): readonly DigestedToken[] {
  const tokens = readList(text).map(toDigestedToken);
  refuseDuplicates(
    'name',
    tokens.map(({ credential }) => credential.principal.credential),
  );
  refuseDuplicates(
    'sha256',
    tokens.map(({ digest }) => digest.toString('hex')),
  );
  return tokens;
}

function readList(text: string): readonly unknown[] {
  const parsed = parseJson(text);
  const list = typeof parsed === 'object' && parsed !== null && 'tokens' in parsed ? parsed.tokens : parsed;
  if (!Array.isArray(list)) throw new TokensFileError('It must be a JSON list, or an object with a list in "tokens".');
  return list;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new TokensFileError('It must be JSON.');
  }
}

function toDigestedToken(entry: unknown, index: number): DigestedToken {
  if (!Value.Check(entryType, entry)) throw new TokensFileError(`Entry ${index + 1}: ${describeMismatch(entry)}`);
  const { profile = 'tolerant', scopes, expires } = entry;
  const expiresAt = expires === undefined ? undefined : Date.parse(expires);
  if (expiresAt !== undefined && (Number.isNaN(expiresAt) || !rfc3339.test(expires ?? ''))) {
    throw new TokensFileError(`Entry ${index + 1}: expires must be a date and time such as 2030-01-31T00:00:00Z.`);
  }
  const principal: Principal = { credential: entry.name, provider: entry.provider, profile };
  const granted: ReadonlySet<Scope> = scopes === undefined ? allScopes : new Set(scopes);
  return {
    digest: Buffer.from(entry.sha256, 'hex'),
    credential: { principal, scopes: granted, method: 'token' },
    expiresAt,
  };
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function describeMismatch(entry: unknown): string {
  const [error] = Value.Errors(entryType, entry);
  const where = error?.instancePath.slice(1) ?? '';
  const what = where === '' ? (error?.message ?? 'must be an object') : `${where} ${error?.message}`;
  return `${what}; an entry has name, sha256 (64 lower-case hexadecimal digits) and provider, and optionally profile, scopes and expires.`;
}

function refuseDuplicates(what: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, value] of values.entries()) {
    if (seen.has(value))
      throw new TokensFileError(`Entry ${index + 1}: its ${what} must differ from those of earlier entries.`);
    seen.add(value);
  }
}
