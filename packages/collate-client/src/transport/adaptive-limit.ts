/** What the outcome of a call shows about the server's load. */
export type Strain = 'none' | 'overload' | 'unknown';

/** What the limit must know when a call in flight ends. */
export interface Started {
  /** The number of decreases when the call began. */
  readonly epoch: number;
  /** Whether at least half of the places were taken, so that the limit may have delayed calls. */
  readonly isSaturated: boolean;
}

/** The factor by which an overload reduces the limit. */
const backoff = 0.5;

/**
 * How many calls may be in flight, by additive increase and multiplicative decrease. A round of successful calls adds
 * one place if at least half of the places were taken; an overload halves them.
 *
 * As in TCP, one round of calls counts as one overload, however many of them fail, and a limit that is not approached
 * does not grow.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5681#section-3.1
 * @see https://github.com/Netflix/concurrency-limits (AIMDLimit)
 */
export class AdaptiveLimit {
  readonly #minimum: number;
  readonly #maximum: number;
  #value: number;
  #epoch = 0;

  constructor(options: { readonly minimum: number; readonly maximum: number }) {
    this.#maximum = options.maximum;
    this.#minimum = Math.min(options.minimum, options.maximum);
    this.#value = this.#maximum;
  }

  /** The limit in whole calls. */
  get places(): number {
    return Math.floor(this.#value);
  }

  /** Counts a call that begins; `busy` is the number of calls in flight, this one included. */
  begin(busy: number): Started {
    return { epoch: this.#epoch, isSaturated: busy * 2 >= this.places };
  }

  /** Counts a call that ended. A call that began before the last decrease is ignored. */
  end({ epoch, isSaturated }: Started, strain: Strain): void {
    if (epoch !== this.#epoch) return;
    if (strain === 'overload') {
      this.#epoch += 1;
      this.#value = Math.max(this.#minimum, this.#value * backoff);
    } else if (strain === 'none' && isSaturated) {
      this.#value = Math.min(this.#maximum, this.#value + 1 / this.#value);
    }
  }
}
