import type { PatchOperation } from '@scim-gateway/scim';
import { foldCase } from '../../translation/names.ts';

/*
 * The keys of the locks that writes take. To rule out deadlocks, a request acquires names before groups, groups before users, and
 * users before the administrators.
 */

/** Taken by every write of this user. */
export function userKey(id: string): string {
  return `user/${id.toLowerCase()}`;
}

/** Taken by every write of the group itself, and by every change that depends on its members. */
export function groupKey(id: string): string {
  return `group/${id.toLowerCase()}`;
}

/** Taken while a user is created with this userName, or renamed to it. */
export function userNameKey(userName: string): string {
  return `user-name/${foldCase(userName)}`;
}

/** Taken while a user is created with this address. */
export function emailKey(email: string): string {
  return `user-email/${foldCase(email)}`;
}

/** Taken while a group is created with this name, or renamed to it. */
export function groupNameKey(displayName: string): string {
  return `group-name/${foldCase(displayName)}`;
}

/** Taken while an administrator is deactivated, so that one always remains. */
export const adminsKey = 'admins';

/** The values that a PATCH assigns to a string attribute. */
export function newValues(operations: readonly PatchOperation[], attribute: string): readonly string[] {
  return operations.flatMap((operation) =>
    operation.op !== 'remove' &&
    operation.target.path.attribute.name === attribute &&
    typeof operation.value === 'string'
      ? [operation.value]
      : [],
  );
}
