import type { Fault } from '../faults.ts';
import type { Json, Row } from '../state/row.ts';
import type { SimulatorState } from '../state/state.ts';
import type { View } from '../state/view.ts';
import type { JwtIssuer } from './jwt.ts';

/** One call, as a route's handler receives it. */
export interface Context {
  readonly state: SimulatorState;
  readonly view: View;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; undefined when the request has no body. */
  readonly body: unknown;
  readonly actor: Actor;
  readonly issuer: JwtIssuer;
  readonly settings: Settings;
  /** Waits between a read and the write that follows it, for a part of the race window, which makes lost updates possible. */
  yield(part?: number): Promise<void>;
  /** The fault that crashes the server inside this call, if one is armed; counts it as struck. */
  strikeInside(): Fault | undefined;
}

/** The caller. */
export interface Actor {
  readonly name: string;
  /** The e-mail address in the token of a user who is no bot. */
  readonly email?: string;
  /** Undefined when the token is valid but the server has no such user. */
  readonly row: Row | undefined;
  readonly isAdmin: boolean;
  readonly isBot: boolean;
}

/** The simulator's options, with defaults filled in. */
export interface Settings {
  readonly token: string;
  /** The token of the administrator. */
  readonly adminToken: string;
  readonly raceMs: number;
  readonly strict: boolean;
  /** The plan's limit: creations beyond this number of users, or of teams, answer 429. */
  readonly quota: number;
  readonly principalClaims: readonly string[];
  readonly basicAuth: boolean;
}

/** An answer before it is serialised. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (context: Context) => Reply | Promise<Reply>;

/** 200 with a body; `change` becomes the header `x-openmetadata-change`. */
export function ok(body: unknown, change?: string): Reply {
  return change === undefined
    ? { status: 200, body }
    : { status: 200, body, headers: { 'x-openmetadata-change': change } };
}

/** 201 with the entity and its location. */
export function created(body: Json): Reply {
  return { status: 201, body, headers: { location: String(body['href']) } };
}
