import type { Priority, StopSignal, WriteGuard } from '../api.ts';
import type { Operation } from '../operation.ts';
import type { Cancellation } from './cancellation.ts';

/** One call on its way to Collate. */
export interface Call {
  readonly operation: Operation;
  /** The path below `/api`, with its query; every value in it is encoded. */
  readonly path: string;
  readonly body: string | undefined;
  /** The caller's patience. */
  readonly signal: StopSignal | undefined;
  /** When the caller stops listening, in milliseconds since 1970. */
  readonly deadline: number | undefined;
  /** Watches writes. */
  readonly guard?: WriteGuard | undefined;
  /** `normal` where it is left out. */
  readonly priority?: Priority | undefined;
  /** What is sent besides what every call of the operation needs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The credential to send, once known. */
  readonly token?: string | undefined;
  /** Tells when this attempt is to end. */
  readonly cancellation?: Cancellation | undefined;
}

/** The call with what one attempt adds to it. Written out, since every call passes here twice and spreading costs several times as much. */
export function toAttempt(call: Call, { token, cancellation }: Pick<Call, 'token' | 'cancellation'>): Call {
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
    cancellation: cancellation ?? call.cancellation,
  };
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Something that carries calls to Collate. It rejects with nothing but `CollateError`; which answers count as failures is
 * decided by `withVerdict`, and everything stacked upon that sees only good replies.
 */
export type Transport = (call: Call) => Promise<Reply>;
