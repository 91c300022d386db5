import { CollateError } from '../model/index.ts';
import type { Call, Transport } from './transport.ts';

/** How much may be under way and how much may wait, over all principals of one server. */
export class Gate {
  readonly #concurrency: number;
  readonly #queue: number;
  /** In order of arrival. */
  readonly #waiting = new Set<() => void>();
  #busy = 0;

  constructor(options: { readonly concurrency: number; readonly queue: number }) {
    this.#concurrency = options.concurrency;
    this.#queue = options.queue;
  }

  /** Takes a place if one is free. */
  tryEnter(): boolean {
    if (this.#busy >= this.#concurrency) return false;
    this.#busy += 1;
    return true;
  }

  /** Waits for a place, which is the caller's once this resolves. */
  enter(call: Call): Promise<void> {
    const { operation, signal } = call;
    if (this.#waiting.size >= this.#queue) {
      const explanation = 'too many calls are waiting already';
      return Promise.reject(new CollateError('unavailable', { operation: operation.name, explanation }));
    }
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(proceed);
        reject(new CollateError('aborted', { operation: operation.name, cause: signal?.reason }));
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.add(proceed);
    });
  }

  /** Gives the place to whoever waits longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#busy -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** Lets calls through a gate, and keeps the others waiting in order. */
export function withLimit(next: Transport, gate: Gate): Transport {
  return async (call) => {
    if (!gate.tryEnter()) await gate.enter(call);
    try {
      return await next(call);
    } finally {
      gate.leave();
    }
  };
}
