import type { Team, User } from './model/entity.ts';
import type { JsonPatch, JsonPatchOperation } from './model/json-patch.ts';

/**
 * Sets a member, or removes it where the value is undefined. Remove only a member that was read: servers fail on an
 * absent one.
 *
 * Setting is an `add`, because old servers fail on a `replace` of an absent member.
 *
 * @example
 * ```ts
 * await collate.users.patch(id, [setMember('displayName', 'Ada Lovelace')]);
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4.1
 */
export function setMember(name: keyof User | keyof Team, value: string | undefined): JsonPatchOperation {
  const path = `/${name}`;
  return value === undefined ? { op: 'remove', path } : { op: 'add', path, value };
}

/**
 * Replaces a whole list.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4.3
 */
export function replaceList(name: keyof User | keyof Team, items: readonly unknown[]): JsonPatchOperation {
  return { op: 'replace', path: `/${name}`, value: items };
}

/**
 * Refuses a patch that must not be sent.
 *
 * - One without a change: servers rewrite memberships even then.
 * - One that both adds to and removes from a list: servers apply the operations in different orders.
 *
 * @throws TypeError for such a patch.
 */
export function assertSendable(patch: JsonPatch): void {
  if (!patch.some(({ op }) => op !== 'test')) throw new TypeError('a patch must change something');
  const grown = listsOf(patch, (op) => op === 'add' || op === 'replace');
  const shrunk = listsOf(patch, (op) => op === 'remove');
  for (const list of shrunk) {
    if (grown.has(list)) throw new TypeError(`a patch must not both add to and remove from ${list}`);
  }
}

/** The JSON pointers that the operations change; for an element of a list, the pointer of the list. */
function listsOf(patch: JsonPatch, matches: (op: JsonPatchOperation['op']) => boolean): ReadonlySet<string> {
  return new Set(patch.filter(({ op }) => matches(op)).map(({ path }) => path.replace(/\/(\d+|-)$/, '')));
}
