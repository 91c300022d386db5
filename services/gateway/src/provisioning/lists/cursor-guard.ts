import { CollateError } from '@scim-gateway/collate-client/model';

/** Notices paging cursors of Collate that repeat: such a list would have no end. */
export class CursorGuard {
  readonly #followed = new Set<string>();

  /**
   * Records the cursor of the page to be read next.
   *
   * @throws CollateError `malformed` for a cursor that was followed before.
   */
  follow(after: string | undefined): string | undefined {
    if (after === undefined) return undefined;
    if (this.#followed.has(after)) {
      throw new CollateError('malformed', { operation: 'list', explanation: 'the cursors of the list repeat' });
    }
    this.#followed.add(after);
    return after;
  }
}
