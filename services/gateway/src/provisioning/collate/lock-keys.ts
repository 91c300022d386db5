import type { PatchOperation } from '@scim-gateway/scim';
import { foldCase } from '../../translation/names.ts';

/*
 * What is held while something is written. Who needs several holds names before groups, groups before users, and users before the
 * administrators, so that nobody waits in a circle.
 */

/** Everything that writes one user holds it. */
export function userKey(id: string): string {
  return `user/${id.toLowerCase()}`;
}

/** Everything that writes a group as a whole, or depends on who is in it, holds it. */
export function groupKey(id: string): string {
  return `group/${id.toLowerCase()}`;
}

/** Whoever makes or renames somebody to this holds it. */
export function userNameKey(userName: string): string {
  return `user-name/${foldCase(userName)}`;
}

/** Whoever makes somebody with this address holds it. */
export function emailKey(email: string): string {
  return `user-email/${foldCase(email)}`;
}

/** Whoever makes or renames a group to this holds it. */
export function groupNameKey(displayName: string): string {
  return `group-name/${foldCase(displayName)}`;
}

/** Whoever ends an administrator's access holds it. */
export const adminsKey = 'admins';

/** The values that a PATCH gives to a string attribute. */
export function newValues(operations: readonly PatchOperation[], attribute: string): readonly string[] {
  return operations.flatMap((operation) =>
    operation.op !== 'remove' &&
    operation.target.path.attribute.name === attribute &&
    typeof operation.value === 'string'
      ? [operation.value]
      : [],
  );
}
