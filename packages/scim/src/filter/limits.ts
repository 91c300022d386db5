import { invalidFilter } from '../error.ts';

/** How much of a filter is looked at before it is refused. */
export interface FilterLimits {
  /** UTF-16 units. */
  readonly maxLength: number;
  /** Levels of parentheses and brackets. */
  readonly maxDepth: number;
  /** Comparisons and groups. */
  readonly maxNodes: number;
}

/** Limits that leave room for whatever a provider might send. */
export const defaultFilterLimits: FilterLimits = { maxLength: 131_072, maxDepth: 256, maxNodes: 10_000 };

/** What a filter has used of its limits; asked before each descent, so that no text can exhaust the stack. */
export class FilterBudget {
  readonly #limits: FilterLimits;
  #depth = 0;
  #nodes = 0;

  /** @throws ScimError `invalidFilter` when the text alone is too long. */
  constructor(text: string, limits: FilterLimits) {
    if (text.length > limits.maxLength)
      throw invalidFilter(`The filter is longer than ${limits.maxLength} characters.`);
    this.#limits = limits;
  }

  /** Accounts for one more term. */
  spendNode(): void {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes)
      throw invalidFilter(`The filter has more than ${this.#limits.maxNodes} terms.`);
  }

  /** Accounts for one more level of nesting. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.maxDepth)
      throw invalidFilter(`The filter is nested deeper than ${this.#limits.maxDepth} levels.`);
  }

  /** Gives back one level of nesting. */
  leave(): void {
    this.#depth -= 1;
  }
}
