import { EventEmitter } from 'node:events';
import { CollateError } from '../model/index.ts';
import type { Call, Reply, Transport } from './transport.ts';

/** Runs something later, unless it is called off. */
export interface Timers {
  readonly set: (run: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

/**
 * Ends an attempt that takes too long, or whose caller has gone, whatever state it is in: connecting, waiting for an
 * answer, or receiving it drop by drop.
 */
export function withDeadline(
  next: Transport,
  options: { readonly readMs: number; readonly writeMs: number; readonly timers: Timers },
): Transport {
  const { timers, readMs, writeMs } = options;
  return (call) => {
    const attempt = new Attempt(call);
    const limitMs = call.operation.method === 'GET' ? readMs : writeMs;
    const timer = timers.set(() => attempt.end('timeout', `no answer within ${limitMs} ms`), limitMs);
    return attempt.run(next).finally(() => timers.clear(timer));
  };
}

class Attempt {
  readonly #call: Call;
  readonly #cancellation = new EventEmitter();
  #reject: ((error: CollateError) => void) | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  run(next: Transport): Promise<Reply> {
    const { signal } = this.#call;
    const onAbort = () => this.end('aborted');
    signal?.addEventListener('abort', onAbort, { once: true });
    return new Promise<Reply>((resolve, reject) => {
      this.#reject = reject;
      next({ ...this.#call, cancellation: this.#cancellation }).then(resolve, reject);
    }).finally(() => signal?.removeEventListener('abort', onAbort));
  }

  /** Rejects at once: what is still connecting notices a cancellation only later. */
  end(kind: 'timeout' | 'aborted', explanation?: string): void {
    const { operation, signal } = this.#call;
    const cause = kind === 'aborted' ? signal?.reason : undefined;
    this.#reject?.(new CollateError(kind, { operation: operation.name, explanation, cause }));
    this.#cancellation.emit('abort');
  }
}
