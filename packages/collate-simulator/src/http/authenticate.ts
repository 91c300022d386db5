import { isDeleted, isObject, type Row } from '../state/row.ts';
import type { SimulatorState } from '../state/state.ts';
import { type ApiError, notFound, refuse, unhandled } from './api-error.ts';
import type { Actor, Settings } from './context.ts';
import type { JwtIssuer } from './jwt.ts';

/** Milliseconds during which generation 1.1 still accepts a replaced token and refuses its successor. */
const rotationWindowMs = 120_000;

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
  if (token === '') throw unhandled('begin 7, end 6, length 6');
  return token === settings.token ? actorOf(gatewayBot, state) : actorOfJwt(token, state, settings, issuer);
}

function actorOfJwt(token: string, state: SimulatorState, settings: Settings, issuer: JwtIssuer): Actor {
  const verified = parts(token, issuer);
  const { header, claims } = verified;
  if (header['kid'] !== undefined && header['kid'] !== issuer.keyId)
    throw unhandled(`No key found in with kid ${String(header['kid'])}`);
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
  const actor = actorOf(claim.split('@')[0] ?? claim, state);
  if (claims['isBot'] === true && actor.row !== undefined) assertCurrent(token, actor.row, state);
  return actor;
}

function parts(token: string, issuer: JwtIssuer): NonNullable<ReturnType<JwtIssuer['verify']>> {
  try {
    const verified = issuer.verify(token);
    if (verified !== undefined) return verified;
  } catch {
    // A text without the shape of a token gets the same refusal as a wrong signature.
  }
  throw unauthorized('Invalid token', '');
}

/** A bot has one token at a time; generation 1.1 applies a new one only after a delay. */
function assertCurrent(token: string, row: Row, state: SimulatorState): void {
  const { current, previous, rotatedAt } = tokensOf(row);
  if (current === undefined) return;
  const lags =
    state.rules.generation === '1.1' && previous !== undefined && state.clock() - rotatedAt < rotationWindowMs;
  if (token !== (lags ? previous : current)) {
    throw unauthorized(
      state.rules.generation === '1.1' ? 'Invalid Token' : "The given token does not match the current bot's token!",
    );
  }
}

/** The tokens in a bot's row. */
export function tokensOf(row: Row): {
  readonly current?: string;
  readonly previous?: string;
  readonly rotatedAt: number;
} {
  const stored = row.json['authenticationMechanism'];
  const empty = { rotatedAt: 0 };
  return isObject(stored) ? { ...empty, ...stored } : empty;
}

function actorOf(name: string, state: SimulatorState): Actor {
  const row = state.users.byName(name);
  if (row === undefined || isDeleted(row)) throw notFound('user', name);
  const isBot = row.json['isBot'] === true;
  const isAdmin = row.json['isAdmin'] === true;
  const hasRole = Array.isArray(row.json['roleIds']) && row.json['roleIds'].length > 0;
  const rights = isAdmin || (isBot && hasRole) ? 'all' : isBot ? 'none' : 'view';
  return { name: row.name, row, isAdmin, isBot, rights };
}

function unauthorized(message: string, prefix = 'Not Authorized! '): ApiError {
  return refuse(401, `${prefix}${message}`);
}

/** @throws ApiError 403 when the actor lacks the permission for an operation. */
export function assertMay(actor: Actor, operation: 'ViewAll' | 'Create' | 'EditAll' | 'EditUsers' | 'Delete'): void {
  if (actor.rights === 'all' || (actor.rights === 'view' && operation === 'ViewAll')) return;
  throw refuse(403, `Principal: CatalogPrincipal{name='${actor.name}'} operations [${operation}] not allowed`);
}

/** @throws ApiError 403 unless the actor is an administrator. */
export function assertAdmin(actor: Actor): void {
  if (!actor.isAdmin) throw refuse(403, `Principal: CatalogPrincipal{name='${actor.name}'} is not admin`);
}
