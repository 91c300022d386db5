import type { CircuitStatus, ClientObserver } from '../observer.ts';

/** When a circuit opens, and for how long. */
export interface CircuitOptions {
  /** The ratio of failed calls, from 0 to 1, that must be exceeded. */
  readonly threshold: number;
  readonly windowMs: number;
  readonly minimumCalls: number;
  readonly openMs: number;
  readonly observer: ClientObserver;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** What a call proves about the server; `unknown` proves nothing. */
export type Proof = 'alive' | 'failing' | 'unknown';

/** The time between two changes of a circuit. */
export interface Period {
  readonly status: CircuitStatus;
  readonly beganAt: number;
}

/**
 * The state machine of a circuit breaker.
 *
 * - `closed`: all calls are sent. Opens when enough calls fail within the window.
 * - `open`: no call is sent. The first call after `openMs` becomes the probe.
 * - `half-open`: only the probe is in flight. It closes the circuit by success, and opens it again otherwise.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #window: CallWindow;
  #period: Period;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#window = new CallWindow(options.windowMs);
    this.#period = { status: 'closed', beganAt: options.now() };
  }

  /** The period that the call belongs to; undefined when the call must not be sent. */
  admit(): Period | undefined {
    const { status, beganAt } = this.#period;
    if (status === 'closed') return this.#period;
    if (status === 'half-open' || this.#options.now() - beganAt < this.#options.openMs) return undefined;
    return this.#change('half-open');
  }

  /** Takes the outcome of a call. A call that was admitted before the last change proves nothing about the present. */
  settle(admitted: Period, proof: Proof): void {
    if (admitted !== this.#period) return;
    if (admitted.status === 'half-open') this.#change(proof === 'alive' ? 'closed' : 'open');
    else if (proof !== 'unknown') this.#count(proof);
  }

  #count(proof: Exclude<Proof, 'unknown'>): void {
    this.#window.add(proof, this.#options.now());
    if (proof === 'alive') return;
    const { calls, failures } = this.#window.sum();
    const { minimumCalls, threshold } = this.#options;
    if (calls >= minimumCalls && failures > threshold * calls) this.#change('open');
  }

  #change(status: CircuitStatus): Period {
    const from = this.#period.status;
    this.#period = { status, beganAt: this.#options.now() };
    this.#window.clear();
    this.#options.observer.onCircuit?.({ state: status, from });
    return this.#period;
  }
}

/** Calls leave the window one bucket at a time. */
const bucketsPerWindow = 20;

interface Bucket {
  readonly number: number;
  calls: number;
  failures: number;
}

/** Counts the calls of the last `windowMs` milliseconds. */
class CallWindow {
  readonly #bucketMs: number;
  /** Oldest first; periods without calls have no bucket. */
  readonly #buckets: Bucket[] = [];

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / bucketsPerWindow;
  }

  add(proof: Exclude<Proof, 'unknown'>, now: number): void {
    const bucket = this.#bucketAt(now);
    bucket.calls += 1;
    if (proof === 'failing') bucket.failures += 1;
  }

  sum(): { readonly calls: number; readonly failures: number } {
    let calls = 0;
    let failures = 0;
    for (const bucket of this.#buckets) {
      calls += bucket.calls;
      failures += bucket.failures;
    }
    return { calls, failures };
  }

  clear(): void {
    this.#buckets.length = 0;
  }

  #bucketAt(now: number): Bucket {
    const number = Math.floor(now / this.#bucketMs);
    const newest = this.#buckets.at(-1);
    if (newest?.number === number) return newest;
    const oldest = number - bucketsPerWindow;
    while (this.#buckets[0] !== undefined && this.#buckets[0].number <= oldest) this.#buckets.shift();
    const bucket = { number, calls: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
