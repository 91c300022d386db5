import type { Priority } from '../api.ts';
import { CollateError } from '../model/index.ts';
import type { ClientObserver } from '../observer.ts';
import { AdaptiveLimit, type Strain } from './adaptive-limit.ts';
import { isOverload } from './transience.ts';
import type { Call, Transport } from './transport.ts';

/** How a gate is built. */
export interface GateOptions {
  /** Calls under way at one time while the server is well. */
  readonly concurrency: number;
  /** Calls under way at one time however ill the server is. */
  readonly minimum: number;
  /** Calls of each priority that may wait. */
  readonly queue: number;
  readonly observer: ClientObserver;
}

/** This part of the places, rounded up, is kept for urgent calls. */
const urgentShare = 1 / 8;

/** How much may be under way and how much may wait, over all principals of one server. */
export class Gate {
  readonly #limit: AdaptiveLimit;
  readonly #queue: number;
  readonly #observer: ClientObserver;
  /** In order of arrival. */
  readonly #waiting = { urgent: new Set<() => void>(), normal: new Set<() => void>() };
  #busy = 0;

  constructor({ concurrency, minimum, queue, observer }: GateOptions) {
    this.#limit = new AdaptiveLimit({ minimum, maximum: concurrency });
    this.#queue = queue;
    this.#observer = observer;
    this.#tell();
  }

  /** What gives the place back that is free, and says how the call went; where none is, it comes after a wait. */
  enter(call: Call): ((strain: Strain) => void) | Promise<(strain: Strain) => void> {
    const priority = call.priority ?? 'normal';
    if (!this.#hasPlaceFor(priority)) return this.#wait(call, priority).then(() => this.#begin());
    this.#busy += 1;
    return this.#begin();
  }

  #begin(): (strain: Strain) => void {
    this.#tell();
    const started = this.#limit.begin(this.#busy);
    return (strain) => {
      this.#busy -= 1;
      this.#limit.end(started, strain);
      this.#admit();
      this.#tell();
    };
  }

  #hasPlaceFor(priority: Priority): boolean {
    const { places } = this.#limit;
    // One place alone cannot be shared out.
    const reserved = priority === 'urgent' || places < 2 ? 0 : Math.ceil(places * urgentShare);
    return this.#busy < places - reserved;
  }

  /** Gives free places to those who wait; each counts as busy before it knows, so that nobody comes between. */
  #admit(): void {
    for (const priority of ['urgent', 'normal'] as const) {
      for (const proceed of this.#waiting[priority]) {
        if (!this.#hasPlaceFor(priority)) return;
        this.#waiting[priority].delete(proceed);
        this.#busy += 1;
        proceed();
      }
    }
  }

  #wait({ operation, signal }: Call, priority: Priority): Promise<void> {
    const waiting = this.#waiting[priority];
    if (waiting.size >= this.#queue) {
      const explanation = 'too many calls are waiting already';
      return Promise.reject(new CollateError('unavailable', { operation: operation.name, explanation }));
    }
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(proceed);
        this.#tell();
        reject(new CollateError('aborted', { operation: operation.name, cause: signal?.reason }));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(proceed);
      this.#tell();
    });
  }

  #tell(): void {
    const { urgent, normal } = this.#waiting;
    const waiting = { urgent: urgent.size, normal: normal.size };
    this.#observer.onLoad?.({ places: this.#limit.places, busy: this.#busy, waiting });
  }
}

/** Lets calls through a gate, and keeps the others waiting: urgent ones first, and each kind in its order. */
export function withLimit(next: Transport, gate: Gate): Transport {
  return async (call) => {
    const entered = gate.enter(call);
    const leave = entered instanceof Promise ? await entered : entered;
    let strain: Strain = 'unknown';
    try {
      const reply = await next(call);
      strain = 'none';
      return reply;
    } catch (error) {
      if (error instanceof CollateError) strain = strainOf(error);
      throw error;
    } finally {
      leave(strain);
    }
  };
}

/** A refusal is a sign of life; what was not sent, or not waited for, is none of anything. */
function strainOf(error: CollateError): Strain {
  if (isOverload(error)) return 'overload';
  return error.kind === 'aborted' || error.kind === 'withheld' || error.status === undefined ? 'unknown' : 'none';
}
