import { type Priority, priorities } from '../api.ts';
import { CollateError } from '../model/index.ts';
import type { ClientObserver } from '../observer.ts';
import { AdaptiveLimit, type Strain } from './adaptive-limit.ts';
import { isOverload } from './transience.ts';
import type { Call, Transport } from './transport.ts';

/** The limits of a gate. */
export interface GateOptions {
  /** Calls in flight while the server is healthy. */
  readonly concurrency: number;
  /** Calls in flight that remain allowed, however overloaded the server is. */
  readonly minimum: number;
  /** How many calls of each priority may wait. */
  readonly queue: number;
  readonly observer: ClientObserver;
}

/** Returns a place, with what the call showed about the server's load. */
type Leave = (strain: Strain) => void;

/** The part of the places, rounded up, that is reserved for urgent calls. */
const urgentShare = 1 / 8;

/** Limits calls in flight and waiting calls, over all principals of one server. */
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
    this.#report();
  }

  /** Takes a place: at once if one is free, which saves a promise, and after a wait otherwise. */
  enter(call: Call): Leave | Promise<Leave> {
    const priority = call.priority ?? 'normal';
    if (!this.#hasPlaceFor(priority)) return this.#wait(call, priority).then(() => this.#begin());
    this.#busy += 1;
    return this.#begin();
  }

  #begin(): Leave {
    this.#report();
    const started = this.#limit.begin(this.#busy);
    return (strain) => {
      this.#busy -= 1;
      this.#limit.end(started, strain);
      this.#admit();
      this.#report();
    };
  }

  #hasPlaceFor(priority: Priority): boolean {
    const { places } = this.#limit;
    // With a single place, reserving it would stop all normal calls.
    const reserved = priority === 'urgent' || places < 2 ? 0 : Math.ceil(places * urgentShare);
    return this.#busy < places - reserved;
  }

  /** Gives free places to waiting calls. Each counts as busy at once, before its promise resolves. */
  #admit(): void {
    for (const priority of priorities) {
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
      return Promise.reject(new CollateError('unavailable', { operation: operation.name, explanation, unsent: true }));
    }
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(proceed);
        this.#report();
        reject(new CollateError('aborted', { operation: operation.name, unsent: true, cause: signal?.reason }));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(proceed);
      this.#report();
    });
  }

  #report(): void {
    const { urgent, normal } = this.#waiting;
    const waiting = { urgent: urgent.size, normal: normal.size };
    this.#observer.onLoad?.({ places: this.#limit.places, busy: this.#busy, waiting });
  }
}

/** Sends calls through a gate. Waiting calls proceed by priority, and in order of arrival within one. */
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

/** A refusal is a prompt answer, so it shows no strain. A call without an answer shows nothing. */
function strainOf(error: CollateError): Strain {
  if (isOverload(error)) return 'overload';
  return error.kind === 'aborted' || error.kind === 'withheld' || error.status === undefined ? 'unknown' : 'none';
}
