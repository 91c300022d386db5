import { invalidFilter } from '../error.ts';

/** The largest filter that is parsed. */
export interface FilterLimits {
  /** UTF-16 code units. */
  readonly maxLength: number;
  /** Nested parentheses and brackets. */
  readonly maxDepth: number;
  /** Comparisons and parentheses. */
  readonly maxNodes: number;
}

/** Limits far above the filters that identity providers send. */
export const defaultFilterLimits: FilterLimits = { maxLength: 131_072, maxDepth: 256, maxNodes: 10_000 };

/** Counts the depth and size of a filter while it is parsed, so that no filter can exhaust the stack. */
export class FilterBudget {
  readonly #limits: FilterLimits;
  #depth = 0;
  #nodes = 0;

  /** @throws ScimError `invalidFilter` when the text is too long. */
  constructor(text: string, limits: FilterLimits) {
    if (text.length > limits.maxLength)
      throw invalidFilter(`The filter has ${text.length} characters; at most ${limits.maxLength} are allowed.`);
    this.#limits = limits;
  }

  /** Counts one term. @throws ScimError `invalidFilter` when there are too many. */
  spendNode(): void {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes)
      throw invalidFilter(`The filter has more than ${this.#limits.maxNodes} terms; split it into several requests.`);
  }

  /** Descends one level. @throws ScimError `invalidFilter` when that is too deep. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.maxDepth)
      throw invalidFilter(`The filter is nested more than ${this.#limits.maxDepth} levels deep; remove parentheses.`);
  }

  /** Ascends one level. */
  leave(): void {
    this.#depth -= 1;
  }
}
