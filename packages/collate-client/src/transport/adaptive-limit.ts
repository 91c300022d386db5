/** How a call ended, as far as it tells how the server bears its load. */
export type Strain = 'none' | 'overload' | 'unknown';

/** A call on its way, as the limit remembers it. */
export interface Started {
  readonly epoch: number;
  /** Whether so many calls were under way that the limit could have been in their way. */
  readonly isSaturated: boolean;
}

/** After an overload this part of the limit is left. */
const backoff = 0.5;

/**
 * How many calls may be under way at one time, by additive increase and multiplicative decrease: one more for each round of calls that
 * went well while most places were taken, half as many after an overload. As in TCP, one round of calls counts as one overload, however
 * many of them fail, and a limit that nobody comes near does not grow.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5681#section-3.1
 * @see https://github.com/Netflix/concurrency-limits (AIMDLimit)
 */
export class AdaptiveLimit {
  readonly #minimum: number;
  readonly #maximum: number;
  #value: number;
  /** Counts decreases. */
  #epoch = 0;

  constructor(options: { readonly minimum: number; readonly maximum: number }) {
    this.#maximum = options.maximum;
    this.#minimum = Math.min(options.minimum, options.maximum);
    this.#value = this.#maximum;
  }

  /** In whole calls. */
  get places(): number {
    return Math.floor(this.#value);
  }

  /** A call begins beside others; `busy` counts it too. */
  begin(busy: number): Started {
    return { epoch: this.#epoch, isSaturated: busy * 2 >= this.places };
  }

  /** What a call that has ended says. One that began before the last decrease says nothing new. */
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
