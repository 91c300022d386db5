import { CollateError, type CollateErrorKind } from '../model/index.ts';
import { Cancellation } from './cancellation.ts';
import { type Call, type Reply, type Transport, toAttempt } from './transport.ts';

/** Runs something later; what it returns calls it off. */
export type Schedule = (run: () => void, ms: number) => () => void;

/**
 * Ends an attempt that takes too long, or whose caller has gone, whatever state it is in: connecting, waiting for an
 * answer, or receiving it drop by drop.
 */
export function withDeadline(
  next: Transport,
  options: { readonly readMs: number; readonly writeMs: number; readonly schedule: Schedule },
): Transport {
  const { schedule, readMs, writeMs } = options;
  return (call) => attempt(next, call, call.operation.method === 'GET' ? readMs : writeMs, schedule);
}

function attempt(next: Transport, call: Call, limitMs: number, schedule: Schedule): Promise<Reply> {
  const { operation, signal } = call;
  return new Promise((resolve, reject) => {
    const cancellation = new Cancellation();
    // Rejects at once: what is still connecting notices a cancellation only later.
    const end = (kind: CollateErrorKind, explanation?: string, cause?: unknown) => {
      finish();
      reject(new CollateError(kind, { operation: operation.name, explanation, cause }));
      cancellation.cancel();
    };
    const onAbort = () => end('aborted', undefined, signal?.reason);
    const callOff = schedule(() => end('timeout', `no answer within ${limitMs} ms`), limitMs);
    const finish = () => {
      callOff();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) {
      onAbort();
      return;
    }
    next(toAttempt(call, { cancellation })).then(
      (reply) => {
        finish();
        resolve(reply);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
  });
}
