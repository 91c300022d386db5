/** Tokens in a full budget: the retries that a sudden failure may cost. */
const capacity = 20;
/** The tokens that each call adds: the ratio of retries to calls in the long run. */
const ratio = 0.2;

/**
 * Bounds how much retries add to the load of an overloaded server. Each call adds a fraction of a token, each retry
 * takes a whole one.
 *
 * @see https://sre.google/sre-book/handling-overload/ (per-client retry budget)
 */
export class RetryBudget {
  #tokens = capacity;

  /** Counts a call. */
  deposit(): void {
    this.#tokens = Math.min(capacity, this.#tokens + ratio);
  }

  /** Takes a token for a retry; false when the budget is empty. */
  tryWithdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
