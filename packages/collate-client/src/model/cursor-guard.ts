import { CollateError } from './collate-error.ts';

/** Notices paging cursors that repeat while one list is read: such a list would never end. */
export class CursorGuard {
  readonly #operation: string;
  readonly #followed = new Set<string>();

  /** `operation` is the operation that errors name. */
  constructor(operation: string) {
    this.#operation = operation;
  }

  /**
   * Records the cursor of the page to be read next, and returns it.
   *
   * @throws CollateError `malformed` for a cursor that was followed before.
   */
  follow(cursor: string | undefined): string | undefined {
    if (cursor === undefined) return undefined;
    if (this.#followed.has(cursor)) {
      const explanation = 'the list never ends: the server repeats the cursor of an earlier page';
      throw new CollateError('malformed', { operation: this.#operation, explanation });
    }
    this.#followed.add(cursor);
    return cursor;
  }
}
