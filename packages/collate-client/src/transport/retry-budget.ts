/** Tokens that a full budget holds: the repetitions that a sudden failure may cost. */
const capacity = 20;
/** The part of calls that may be repeated for long. */
const ratio = 0.2;

/**
 * Bounds how much repetitions add to the load of a server that is ill: each call pays in a part of a token, each repetition takes a
 * whole one.
 *
 * @see https://sre.google/sre-book/handling-overload/ (per-client retry budget)
 */
export class RetryBudget {
  #tokens = capacity;

  /** A call begins. */
  deposit(): void {
    this.#tokens = Math.min(capacity, this.#tokens + ratio);
  }

  /** Takes a token for a repetition; false when there is none. */
  tryWithdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
