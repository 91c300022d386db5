import type { JsonPatch, JsonPatchOperation } from './model/json-patch.ts';

/** The way to a member: names of members and positions in lists. */
export type PointerPath = readonly (string | number)[];

/**
 * The JSON pointer of a member, with what has a meaning in pointers escaped.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-3
 */
export function toPointer(path: PointerPath): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Gives a member a value, whether it had one or not.
 *
 * It is an `add`, since old servers fail on a `replace` of an absent member.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4.1
 */
export function setMember(path: PointerPath, value: unknown): JsonPatchOperation {
  return { op: 'add', path: toPointer(path), value };
}

/** Takes a member away. Only for one that was read to exist: servers fail on others. */
export function clearMember(path: PointerPath): JsonPatchOperation {
  return { op: 'remove', path: toPointer(path) };
}

/** Puts a whole list in the place of the list that is there. */
export function replaceList(path: PointerPath, items: readonly unknown[]): JsonPatchOperation {
  return { op: 'replace', path: toPointer(path), value: items };
}

/**
 * Takes entities out of a list by their positions as read, failing if the list is not what it was.
 *
 * All tests come first and the removals go from the end, which is right for servers that follow the RFC's order and for
 * those that sort the operations.
 */
export function removeItems(
  path: PointerPath,
  items: readonly { readonly index: number; readonly id: string }[],
): JsonPatch {
  const descending = [...items].sort((a, b) => b.index - a.index);
  return [
    ...descending.map(
      ({ index, id }): JsonPatchOperation => ({ op: 'test', path: toPointer([...path, index, 'id']), value: id }),
    ),
    ...descending.map(({ index }): JsonPatchOperation => ({ op: 'remove', path: toPointer([...path, index]) })),
  ];
}

/**
 * Throws a TypeError for a patch that must not be sent: one without any change, since servers rewrite memberships even
 * then, and one that both adds to and removes from a list, since servers differ in the order they do it in.
 */
export function assertSendable(patch: JsonPatch): void {
  if (!patch.some(({ op }) => op !== 'test')) throw new TypeError('a patch must change something');
  const grown = listsOf(patch, (op) => op === 'add' || op === 'replace');
  const shrunk = listsOf(patch, (op) => op === 'remove');
  for (const list of shrunk) {
    if (grown.has(list)) throw new TypeError(`a patch must not both add to and remove from ${list}`);
  }
}

/** The pointers of what the operations change: for an element its list, for anything else itself. */
function listsOf(patch: JsonPatch, matches: (op: JsonPatchOperation['op']) => boolean): ReadonlySet<string> {
  return new Set(patch.filter(({ op }) => matches(op)).map(({ path }) => path.replace(/\/(\d+|-)$/, '')));
}
