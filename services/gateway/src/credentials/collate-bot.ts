import type { JSONWebKeySet } from 'jose';
import type { VerifyForeign } from './authenticator.ts';
import { createCollateKeys, type VerifySignature } from './collate-keys.ts';
import { type Authentication, allScopes, type Credential } from './credential.ts';
import { toUnavailable } from './unavailable.ts';

/** Resolves to the owner of a token in Collate; undefined if Collate refuses the token. */
export type WhoAmI = (token: string) => Promise<{ readonly name: string; readonly isBot: boolean } | undefined>;

export interface CollateBotOptions {
  /** The bots whose tokens are accepted. */
  readonly botNames: readonly string[];
  /** Whether calls to Collate use the bot's token; otherwise it only authenticates the request. */
  readonly actsItself: boolean;
  /** Fetches Collate's public keys; rejects if Collate does not answer. */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  /** Called once for a token with a valid signature and valid claims. Rejects if Collate does not answer. */
  readonly whoAmI: WhoAmI;
  readonly clock: () => number;
}

/** How long the result of a verification is reused, in milliseconds. */
const acceptedForMs = 60_000;
const refusedForMs = 10_000;
/** The most tokens with a cached result; a further one evicts the oldest. */
const rememberedTokens = 1_000;

interface Remembered {
  readonly until: number;
  readonly authentication: Promise<Authentication>;
}

/**
 * Verifies a Collate bot's own token: first its signature by Collate's published keys, then by one call to Collate. A
 * user's token is never accepted.
 */
export function createCollateBotVerifier(options: CollateBotOptions): VerifyForeign {
  const keys = createCollateKeys(options);
  const credentials = createCredentials(options);
  const remembered = new Map<string, Remembered>();
  const verify = async (token: string): Promise<{ authentication: Authentication; forMs: number }> => {
    const claims = await readClaims(token, keys);
    const reason = claims === undefined ? 'invalid' : findFault(claims, options);
    if (reason !== undefined || claims === undefined)
      return { authentication: refuse(reason ?? 'invalid'), forMs: refusedForMs };
    const self = await askCollate(options.whoAmI, token);
    const isSame = self?.isBot === true && self.name.toLowerCase() === claims.name.toLowerCase();
    if (!isSame) return { authentication: refuse('invalid'), forMs: refusedForMs };
    const lifeMs = claims.expiresAt === undefined ? acceptedForMs : claims.expiresAt - options.clock();
    const credential = credentials(claims.name, token);
    return { authentication: { kind: 'accepted', credential }, forMs: Math.min(acceptedForMs, lifeMs) };
  };
  return (token, digest) => {
    if (!compactJws.test(token)) return undefined;
    const known = remembered.get(digest);
    if (known !== undefined && known.until > options.clock()) return known.authentication;
    const verification = verify(token);
    // Concurrent requests share the verification. Its outcome decides how long it is reused.
    const authentication = verification.then((outcome) => outcome.authentication);
    remember(remembered, digest, { until: options.clock() + refusedForMs, authentication });
    verification.then(
      ({ forMs }) => remember(remembered, digest, { until: options.clock() + forMs, authentication }),
      () => remembered.delete(digest),
    );
    return authentication;
  };
}

const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function remember(remembered: Map<string, Remembered>, digest: string, entry: Remembered): void {
  remembered.delete(digest);
  remembered.set(digest, entry);
  const [oldest] = remembered.keys();
  if (remembered.size > rememberedTokens && oldest !== undefined) remembered.delete(oldest);
}

function refuse(reason: 'invalid' | 'expired'): Authentication {
  return { kind: 'refused', reason, method: 'collate-bot' };
}

/** One credential per bot for all its tokens, so that state per principal survives a rotation. */
function createCredentials({ actsItself }: CollateBotOptions): (name: string, token: string) => Credential {
  const known = new Map<string, Credential>();
  const latest = new Map<string, string>();
  return (name, token) => {
    latest.set(name, token);
    const existing = known.get(name);
    if (existing !== undefined) return existing;
    const principal = { credential: name, provider: name, profile: 'tolerant' } as const;
    const acting = actsItself ? { ...principal, collateToken: () => latest.get(name) ?? token } : principal;
    const credential: Credential = { principal: acting, scopes: allScopes, method: 'collate-bot' };
    known.set(name, credential);
    return credential;
  };
}

interface Claims {
  readonly name: string;
  readonly isBot: boolean;
  /** Milliseconds since the epoch; undefined for Collate's "unlimited" tokens, whose `exp` is missing or null. */
  readonly expiresAt: number | undefined;
}

function findFault(claims: Claims, { botNames, clock }: CollateBotOptions): 'invalid' | 'expired' | undefined {
  if (!claims.isBot || !botNames.some((name) => name.toLowerCase() === claims.name.toLowerCase())) return 'invalid';
  return claims.expiresAt !== undefined && claims.expiresAt <= clock() ? 'expired' : undefined;
}

async function readClaims(token: string, verifySignature: VerifySignature): Promise<Claims | undefined> {
  const payload = await verifySignature(token);
  if (payload === undefined) return undefined;
  const claims = parseClaims(payload);
  if (typeof claims !== 'object' || claims === null || !('sub' in claims) || typeof claims.sub !== 'string')
    return undefined;
  const exp = 'exp' in claims ? claims.exp : undefined;
  if (exp !== undefined && exp !== null && typeof exp !== 'number') return undefined;
  return {
    name: claims.sub,
    isBot: 'isBot' in claims && claims.isBot === true,
    expiresAt: typeof exp === 'number' ? exp * 1000 : undefined,
  };
}

function parseClaims(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    // A signed payload that is not JSON has no claims.
    return undefined;
  }
}

async function askCollate(whoAmI: WhoAmI, token: string): ReturnType<WhoAmI> {
  try {
    return await whoAmI(token);
  } catch (error) {
    throw toUnavailable(error);
  }
}
