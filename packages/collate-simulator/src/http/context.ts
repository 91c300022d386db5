import type { Json, Row } from '../state/row.ts';
import type { SimulatorState } from '../state/state.ts';
import type { View } from '../state/view.ts';
import type { JwtIssuer } from './jwt.ts';

/** What a route's handler knows of the call it answers. */
export interface Context {
  readonly state: SimulatorState;
  readonly view: View;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
  readonly actor: Actor;
  readonly issuer: JwtIssuer;
  readonly settings: Settings;
  /** The moment between a read and the write that follows it, which makes lost updates possible. */
  yield(): Promise<void>;
}

/** Who calls, and what they may. */
export interface Actor {
  readonly name: string;
  readonly row: Row | undefined;
  readonly isAdmin: boolean;
  readonly isBot: boolean;
  /** `all` for administrators and bots with the gateway's role, `view` for people, `none` for bots without a role. */
  readonly rights: 'all' | 'view' | 'none';
}

/** What was chosen when the simulator was made. */
export interface Settings {
  readonly token: string;
  readonly raceMs: number;
  readonly documentStore: boolean;
  readonly strict: boolean;
  /** Entities of a kind beyond this number are refused with 429, as a plan's quota. */
  readonly quota: number;
  readonly principalClaims: readonly string[];
  readonly basicAuth: boolean;
}

/** An answer on its way out. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (context: Context) => Reply | Promise<Reply>;

/** 200 with a body, and how the entity changed. */
export function ok(body: unknown, change?: string): Reply {
  return change === undefined
    ? { status: 200, body }
    : { status: 200, body, headers: { 'x-openmetadata-change': change } };
}

/** 201 with the entity and where it is. */
export function created(body: Json): Reply {
  return { status: 201, body, headers: { location: String(body['href']) } };
}
