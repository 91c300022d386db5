import type { Priority } from './api.ts';
import type { CollateErrorKind } from './model/index.ts';

/** A finished attempt of a call. */
export interface CallEvent {
  readonly operation: string;
  /** The HTTP status; undefined without an answer. */
  readonly status: number | undefined;
  readonly outcome: 'ok' | CollateErrorKind;
  /** Includes the wait for a place and for a connection. */
  readonly durationMs: number;
  /** Whether the server had to check the client's own credential, and not that of a client made by `as`. */
  readonly judgesOwnCredential: boolean;
}

/** The states of a circuit breaker. */
export const circuitStatuses = ['closed', 'open', 'half-open'] as const;

/** Whether a principal's circuit breaker sends all calls, none, or one as a probe. */
export type CircuitStatus = (typeof circuitStatuses)[number];

/** The failures after which a call is repeated. */
export const retryReasons = [
  'unreachable',
  'timeout',
  'unavailable',
  'rate-limited',
] as const satisfies readonly CollateErrorKind[];

/** Why a call is repeated. */
export type RetryReason = (typeof retryReasons)[number];

/** How much of the server's capacity is in use. */
export interface Load {
  /** Calls that may be in flight at once; adapts to the server's health. */
  readonly places: number;
  /** Calls in flight. */
  readonly busy: number;
  /** Calls that wait for a place. */
  readonly waiting: Readonly<Record<Priority, number>>;
}

/** An attempt that begins, described by its operation. */
export interface CallBeginning {
  readonly name: string;
  readonly method: string;
  /** The path template. */
  readonly path: string;
}

/** Traces one attempt of a call. */
export interface CallFollower {
  /** Added to the attempt's request. */
  readonly headers: Readonly<Record<string, string>>;
  end(event: Pick<CallEvent, 'status' | 'outcome'>): void;
}

/** Receives events of the client. Its methods must not throw. */
export interface ClientObserver {
  onCall?(event: CallEvent): void;
  /** Called before each attempt; may return a follower of it. */
  onBegin?(call: CallBeginning): CallFollower | undefined;
  onRetry?(event: { readonly operation: string; readonly reason: RetryReason }): void;
  /** A call was not repeated because the retry budget was empty. */
  onRetryRefused?(event: { readonly operation: string; readonly reason: RetryReason }): void;
  onCircuit?(event: { readonly state: CircuitStatus; readonly from: CircuitStatus }): void;
  /** Called on every change of the load. */
  onLoad?(load: Load): void;
}
