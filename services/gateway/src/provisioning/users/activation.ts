import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { forbidden, notFound, type ScimError, unavailable } from '@scim-gateway/scim';
import { equalsIgnoringCase } from '../../translation/names.ts';
import type { Session } from '../session.ts';
import { addMissing, keepingTeams, leaveTeams, withoutTeams } from './teams.ts';

/**
 * Refuses to deactivate a protected user or the last active administrator.
 *
 * @throws ScimError 403 that names the remedy.
 */
export async function assertMayDeactivate(user: User, session: Session): Promise<void> {
  if (isProtected(user, session)) {
    throw forbidden(
      `User ${user.id} is protected by the gateway's PROTECTED_USERS; deactivate it in Collate, or take it off that list.`,
    );
  }
  if (!user.isAdmin || user.deleted) return;
  if ((await countAdmins(session)) <= 1) throw lastAdmin(user.id);
}

/** Whether an operator keeps every provider from deactivating the account (PROTECTED_USERS). */
export function isProtected(user: User, { settings }: Session): boolean {
  return settings.protectedUsers.some(
    (name) => equalsIgnoringCase(name, user.name) || equalsIgnoringCase(name, user.email),
  );
}

/**
 * Refuses to reactivate a user whom an administrator deactivated in Collate, unless REVIVE_FOREIGN allows it.
 *
 * @throws ScimError 403 that names the remedy.
 */
export function assertMayReactivate(user: User, session: Session): void {
  if (!user.deleted || session.upstream.trusts(user.updatedBy) || session.settings.reviveForeign) return;
  throw forbidden(
    `User ${user.id} was deactivated in Collate by an administrator, not by provisioning. Restore it in Collate, or allow the gateway to (REVIVE_FOREIGN).`,
  );
}

/**
 * Deactivates a user by Collate's soft delete. An administrator is checked again under the lock of all administrators,
 * and restored if another client has deactivated the rest meanwhile. The caller locks the user.
 *
 * @throws ScimError 403 for a protected user or the last active administrator; 503 when Collate did not apply it.
 */
export function deactivate(user: User, session: Session): Promise<void> {
  return user.isAdmin
    ? session.locked(['administrators'], () => deactivateAdmin(user, session))
    : deleteSoftly(user, session);
}

async function deactivateAdmin(user: User, session: Session): Promise<void> {
  await assertMayDeactivate(user, session);
  await deleteSoftly(user, session);
  if ((await countAdmins(session)) > 0) return;
  await restore(user, session);
  throw lastAdmin(user.id);
}

/**
 * Soft deletes an account without a check of its rights, and reads it back: an acknowledged deletion does not prove
 * that access has ended. The caller locks the user.
 *
 * @throws ScimError 503 when the account is still active.
 */
export async function deleteSoftly(user: User, session: Session): Promise<void> {
  const { users } = session.collate;
  await keepingTeams(user, session, () => users.remove(user.id, { hardDelete: false }));
  const now = await users.findById(user.id, { include: 'all', fields: ['teams'] });
  if (now?.deleted === false) throw unavailable(`Collate did not deactivate user ${user.id}; try again.`, 5);
  await session.users.noteInactive(now ?? user);
  if (now !== undefined && session.upstream.capabilities.membershipEndpoints) await addMissing(user, now, session);
}

/** Deletes an account and its history from Collate. It may no longer exist, since the call may be a repetition. */
export async function deleteHard({ id }: User, session: Session): Promise<void> {
  try {
    await session.collate.users.remove(id, { hardDelete: true });
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'not-found') throw error;
  }
}

/**
 * Restores an account, then takes the user out of teams that it had to leave while inactive. If that fails, the account
 * is deactivated again, so that no revoked access returns. An account that an earlier attempt restored only leaves the
 * teams. The caller locks the user.
 *
 * @throws ScimError 503 when a team could not be left.
 */
export async function reactivate(user: User, leave: readonly TeamId[], session: Session): Promise<void> {
  if (user.deleted) await restore(withoutTeams(user, leave), session);
  try {
    await leaveTeams(user.id, leave, session);
  } catch (cause) {
    await deleteSoftly(withoutTeams(user, leave), session);
    throw unavailable(`User ${user.id} stays inactive: a group it had to leave could not be left. Try again.`, 30, {
      cause,
    });
  }
}

/** The index keeps the account as inactive: until its pending changes are applied, membership changes must read it. */
async function restore(user: User, session: Session): Promise<void> {
  const { id } = user;
  const { users } = session.collate;
  try {
    await addMissing(user, await keepingTeams(user, session, () => users.restore(id)), session);
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'not-found') throw error;
    // Old servers answer 404 for an account that is active already.
    const found = await users.findById(id, {});
    if (found === undefined) throw notFound(`User ${id} no longer exists in Collate.`, { cause: error });
  }
}

function countAdmins(session: Session): Promise<number> {
  return session.collate.users.count({ isAdmin: true, isBot: false });
}

function lastAdmin(id: UserId): ScimError {
  return forbidden(
    `User ${id} is Collate's last active administrator and cannot be deactivated; make another one an administrator first.`,
  );
}
