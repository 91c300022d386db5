import { CollateError } from './collate-error.ts';

/** The cursors followed so far while one list is read. */
export class CursorTrail {
  readonly #operation: string;
  readonly #followed = new Set<string>();

  /** `operation` is the operation that errors name. */
  constructor(operation: string) {
    this.#operation = operation;
  }

  /**
   * Notes a cursor, and returns it to be followed; undefined marks the end of the list.
   *
   * @throws CollateError `malformed` for a cursor that was followed before: the list would never end.
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
