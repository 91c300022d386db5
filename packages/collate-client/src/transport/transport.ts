import type { StopSignal } from '@scim-gateway/cancellation';
import type { Priority, WriteGuard } from '../api.ts';
import type { Operation } from '../operation.ts';
import type { Canceller } from './canceller.ts';

/** One call on its way to Collate. */
export interface Call {
  readonly operation: Operation;
  /** The path below `/api`, with its query; every value in it is encoded. */
  readonly path: string;
  readonly body: string | undefined;
  /** Aborted when the caller stops waiting. */
  readonly signal: StopSignal | undefined;
  /** When the caller stops waiting, in milliseconds since 1970. */
  readonly deadline: number | undefined;
  /** Watches writes. */
  readonly guard?: WriteGuard | undefined;
  /** Default: `normal`. */
  readonly priority?: Priority | undefined;
  /** Sent in addition to the headers that every call needs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The credential to send, once known. */
  readonly token?: string | undefined;
  /** Cancels this attempt. */
  readonly canceller?: Canceller | undefined;
}

/**
 * The call with what one attempt adds. Written out: every call passes here twice, and spreading costs several times
 * more.
 */
export function toAttempt(call: Call, { token, canceller }: Pick<Call, 'token' | 'canceller'>): Call {
  return {
    operation: call.operation,
    path: call.path,
    body: call.body,
    signal: call.signal,
    deadline: call.deadline,
    guard: call.guard,
    priority: call.priority,
    headers: call.headers,
    token: token ?? call.token,
    canceller: canceller ?? call.canceller,
  };
}

/** An answer of the server. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Carries calls to Collate, and rejects only with `CollateError`. `withVerdict` decides which answers are failures, so
 * that all decorators around it receive successful replies only.
 */
export type Transport = (call: Call) => Promise<Reply>;
