import { CollateError, type CollateErrorDetails, type CollateErrorKind } from '../model/index.ts';
import { Canceller } from './canceller.ts';
import { type Call, type Reply, type Transport, toAttempt } from './transport.ts';

/** Runs a function later. The returned function cancels that. */
export type Schedule = (run: () => void, ms: number) => () => void;

/**
 * Ends an attempt that exceeds its limit or whose caller stops waiting, in any phase: connecting, waiting for the
 * answer, or receiving it byte by byte.
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
    const canceller = new Canceller();
    // Rejects at once, because a connection attempt reacts to its cancellation late.
    const end = (kind: CollateErrorKind, details: Pick<CollateErrorDetails, 'explanation' | 'cause'>) => {
      finish();
      reject(new CollateError(kind, { ...details, operation: operation.name }));
      canceller.cancel();
    };
    const onAbort = () => end('aborted', { cause: signal?.reason });
    const unschedule = schedule(() => end('timeout', { explanation: `no answer within ${limitMs} ms` }), limitMs);
    const finish = () => {
      unschedule();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) {
      onAbort();
      return;
    }
    next(toAttempt(call, { canceller })).then(
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
