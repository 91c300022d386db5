import type { CollateErrorKind } from './model/index.ts';

/** One attempt at one call, over. */
export interface CallEvent {
  readonly operation: string;
  readonly status: number | undefined;
  readonly outcome: 'ok' | CollateErrorKind;
  /** Waiting for a free connection included. */
  readonly durationMs: number;
  /** Whether the server had to judge the client's own credential, and not one it was given to act with. */
  readonly judgesOwnCredential: boolean;
}

/** How willing a principal's circuit breaker is to send. */
export type CircuitStatus = 'closed' | 'open' | 'half-open';

/** How much of a server is being used, at one moment. */
export interface Load {
  /** Calls that may be under way at one time; follows the server's health. */
  readonly places: number;
  /** Calls that are under way. */
  readonly busy: number;
  /** Calls that wait for a place. */
  readonly waiting: { readonly urgent: number; readonly normal: number };
}

/** A call that begins, in words of its operation. */
export interface CallBeginning {
  readonly name: string;
  readonly method: string;
  /** The path's template. */
  readonly path: string;
}

/** Somebody who follows one attempt at a call. */
export interface CallFollower {
  /** What is sent with the attempt. */
  readonly headers: Readonly<Record<string, string>>;
  end(event: Pick<CallEvent, 'status' | 'outcome'>): void;
}

/** Who wants to know what the client does. Its methods must not throw. */
export interface ClientObserver {
  onCall?(event: CallEvent): void;
  /** Asked whether somebody follows the attempt that begins. */
  onBegin?(call: CallBeginning): CallFollower | undefined;
  onRetry?(event: { readonly operation: string; readonly reason: CollateErrorKind }): void;
  /** A call was not repeated, although it might have been, since too many are repeated already. */
  onRetryRefused?(event: { readonly operation: string; readonly reason: CollateErrorKind }): void;
  onCircuit?(event: { readonly state: CircuitStatus; readonly from: CircuitStatus }): void;
  /** Places, or those who have or want one, have changed. */
  onLoad?(load: Load): void;
}
