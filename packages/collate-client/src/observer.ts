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

/** Who wants to know what the client does. Its methods must not throw. */
export interface ClientObserver {
  onCall?(event: CallEvent): void;
  onRetry?(event: { readonly operation: string; readonly reason: CollateErrorKind }): void;
  onCircuit?(event: { readonly state: CircuitStatus }): void;
}
