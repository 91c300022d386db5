import type { CollateErrorKind } from './model/index.ts';

/** One attempt at one call, over. */
export interface CallEvent {
  readonly operation: string;
  readonly status: number | undefined;
  readonly outcome: 'ok' | CollateErrorKind;
  /** Waiting for a free connection included. */
  readonly durationMs: number;
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

/** Who wants to know what the client does. Its methods must not throw. */
export interface ClientObserver {
  onCall?(event: CallEvent): void;
  onRetry?(event: { readonly operation: string; readonly reason: CollateErrorKind }): void;
  /** A call was not repeated, although it might have been, since too many are repeated already. */
  onRetryRefused?(event: { readonly operation: string; readonly reason: CollateErrorKind }): void;
  onCircuit?(event: { readonly state: CircuitStatus; readonly from: CircuitStatus }): void;
  /** Places, or those who have or want one, have changed. */
  onLoad?(load: Load): void;
}
