import { isDeleted, type Row } from '../state/row.ts';
import type { SimulatorState } from '../state/state.ts';
import { ApiError, notFound, refuse, unhandled } from './api-error.ts';
import { tokenOf } from './bot-token.ts';
import type { Actor, Settings } from './context.ts';
import type { Claims, JwtIssuer } from './jwt.ts';

/** The name of the bot that owns the simulator's token. */
export const gatewayBot = 'scim-gateway';

/** The actor of a call, from its `Authorization` header. @throws ApiError 401, 404 or 500. */
export function authenticate(
  header: string | undefined,
  state: SimulatorState,
  settings: Settings,
  issuer: JwtIssuer,
): Actor {
  if (header === undefined || !header.startsWith('Bearer')) throw unauthorized('Token not present');
  const token = header.slice('Bearer '.length).trim();
  if (token === '')
    throw state.rules.generation === '1.1' ? unhandled('begin 7, end 6, length 6') : unauthorized('Token not present');
  if (token === settings.token) return botOf(gatewayBot, token, state);
  return token === settings.adminToken ? personOf('admin', state) : actorOfJwt(token, state, settings, issuer);
}

function actorOfJwt(token: string, state: SimulatorState, settings: Settings, issuer: JwtIssuer): Actor {
  const claims = verified(token, state, issuer);
  if (typeof claims['exp'] === 'number' && claims['exp'] * 1000 <= state.clock())
    throw unauthorized('Expired token!', '');
  const claim = settings.principalClaims
    .map((name) => claims[name])
    .find((value) => typeof value === 'string' && value !== '');
  if (typeof claim !== 'string') {
    throw unauthorized(
      `Invalid JWT token, none of the following claims are present [${settings.principalClaims.join(', ')}]`,
      '',
    );
  }
  const fold = (text: string) => (state.rules.foldsCase ? text.toLowerCase() : text);
  const name = fold(claim.split('@')[0] ?? claim);
  if (claims['isBot'] === true) return botOf(name, token, state);
  return { ...personOf(name, state), email: fold(claim.includes('@') ? claim : `${claim}@${principalDomain}`) };
}

/** The domain of callers whose token contains no e-mail address. */
const principalDomain = 'example.com';

function verified(token: string, state: SimulatorState, issuer: JwtIssuer): Claims {
  const isOld = state.rules.generation === '1.1';
  const parsed = parse(token, issuer);
  if (parsed === undefined) throw isOld ? unauthorized('Invalid token', '') : unauthorized('Invalid token.');
  const { kid } = parsed.header;
  if (kid === undefined && !isOld) throw unmapped('null');
  if (kid !== undefined && kid !== issuer.keyId)
    throw isOld ? unhandled(`No key found in with kid ${String(kid)}`) : unmapped(unknownKey);
  if (!parsed.isSigned) throw isOld ? unauthorized('Invalid token', '') : unauthorized(badSignature);
  return parsed.claims;
}

function parse(token: string, issuer: JwtIssuer): ReturnType<JwtIssuer['parse']> {
  try {
    return issuer.parse(token);
  } catch {
    // A text whose parts are not JSON is no token.
    return undefined;
  }
}

const unknownKey =
  "com.auth0.jwk.SigningKeyNotFoundException: JWT Token keyID doesn't match the configured keyID. This usually happens if you didn't configure proper publicKeyUrls under authentication configuration.";
const badSignature =
  "Invalid token. Token verification failed. Public key mismatch. due to com.auth0.jwt.exceptions.SignatureVerificationException: The Token's Signature resulted invalid when verified using the Algorithm: SHA256withRSA";

/** 500 without an error type: the failure arises before the server's own handlers. */
function unmapped(message: string): ApiError {
  return new ApiError(500, {
    code: 500,
    message: `An exception with message [${message}] was thrown while processing request.`,
  });
}

/** A bot has one token at a time. Without a stored token every signed one counts, which is enough for tests. */
function botOf(name: string, token: string, state: SimulatorState): Actor {
  const row = state.users.byName(name);
  const isOld = state.rules.generation === '1.1';
  if (row === undefined || isDeleted(row)) throw isOld ? notFound('user', name) : mismatch(state);
  const { current } = tokenOf(row);
  if (current === undefined) state.recentCallers.cacheToken(name, token);
  else if (current === '' || state.recentCallers.token(name, current) !== token) throw mismatch(state);
  return actorOf(row);
}

function mismatch({ rules }: SimulatorState): ApiError {
  return unauthorized(
    rules.generation === '1.1' ? 'Invalid Token' : "The given token does not match the current bot's token!",
  );
}

/** A caller that the server does not know has a name, but no row. */
function personOf(name: string, state: SimulatorState): Actor {
  const row = state.users.byName(name);
  return row === undefined ? { name, row, isAdmin: false, isBot: false } : actorOf(row);
}

function actorOf(row: Row): Actor {
  return { name: row.name, row, isAdmin: row.json['isAdmin'] === true, isBot: row.json['isBot'] === true };
}

function unauthorized(message: string, prefix = 'Not Authorized! '): ApiError {
  return refuse(401, `${prefix}${message}`);
}
