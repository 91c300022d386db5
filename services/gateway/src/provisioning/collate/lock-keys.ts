import { foldCase } from '../../translation/names.ts';

/**
 * What a lock protects. To rule out deadlocks, a request acquires names before groups, groups before users, and users
 * before the administrators. It may acquire several at once, except the administrators.
 */
export type LockKey =
  /** A user's id: taken by every write of the user. */
  | { readonly user: string }
  /** A group's id: taken by every write of the group itself, and by every change that depends on its members. */
  | { readonly group: string }
  /** Taken while a user is created with this userName, or renamed to it. */
  | { readonly userName: string }
  /** Taken while a user is created with this address, or changed to it. */
  | { readonly email: string }
  /** Taken while a group is created with this name, or renamed to it. */
  | { readonly groupName: string }
  /** Taken while an administrator is deactivated, so that one always remains. */
  | 'administrators';

/**
 * The name of the lock, the same on every replica. Keys acquired at once are locked in the sorted order of their names,
 * so the prefixes sort as the order above demands.
 */
export function lockName(key: LockKey): string {
  if (key === 'administrators') return 'admins';
  if ('user' in key) return `user/${key.user.toLowerCase()}`;
  if ('group' in key) return `group/${key.group.toLowerCase()}`;
  if ('userName' in key) return `user-name/${foldCase(key.userName)}`;
  if ('email' in key) return `user-email/${foldCase(key.email)}`;
  return `group-name/${foldCase(key.groupName)}`;
}
