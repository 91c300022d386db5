import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { forbidden, notFound, unavailable } from '@scim-gateway/scim';
import { equalsIgnoringCase } from '../../translation/names.ts';
import type { UserState } from '../../translation/user.ts';
import { adminsKey } from '../collate/lock-keys.ts';
import { changeMembership } from '../membership/write.ts';
import type { Session } from '../session.ts';

/**
 * Refuses to end the access of somebody whom no provider may lock out: a protected user, the last active admin.
 *
 * @throws ScimError 403 saying what to do.
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

/** Ends a person's access: Collate's soft delete. The caller holds the person's queue. */
export async function deactivate(user: User, session: Session): Promise<void> {
  if (!user.isAdmin) return endAccess(user, session);
  using _admins = await session.hold([adminsKey]);
  await assertMayDeactivate(user, session);
  await endAccess(user, session);
  if ((await countAdmins(session)) > 0) return;
  await restore(user, session);
  throw lastAdmin(user.id);
}

/**
 * Soft deletes an account that may be, and sees that it is: what ends somebody's access is not believed, but looked at. The caller
 * holds the user's key.
 */
export async function endAccess(user: User, session: Session): Promise<void> {
  const { users } = session.collate;
  await users.remove(user.id, { hardDelete: false });
  const now = await users.findById(user.id, { include: 'all' });
  if (now?.deleted === false) throw unavailable(`Collate did not deactivate user ${user.id}; try again.`, 5);
  await session.users.noteActivity(now ?? user, false);
}

/** Deletes an account for good; gone is gone, whoever did it: the call may have been repeated after a lost answer. */
export async function eraseUser({ id }: User, session: Session): Promise<void> {
  try {
    await session.collate.users.remove(id, { hardDelete: true });
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'not-found') throw error;
  }
}

/** Whether an operator keeps every provider from ending the account's access. */
export function isProtected(user: User, { settings }: Session): boolean {
  return settings.protectedUsers.some(
    (name) => equalsIgnoringCase(name, user.name) || equalsIgnoringCase(name, user.email),
  );
}

/**
 * Refuses to revive whom somebody else deactivated.
 *
 * @throws ScimError 403.
 */
export function assertMayReactivate(user: User, session: Session): void {
  if (!user.deleted || session.upstream.trusts(user.updatedBy) || session.settings.reviveForeign) return;
  throw forbidden(
    `User ${user.id} was deactivated in Collate by an administrator, not by provisioning. Restore it in Collate, or allow the gateway to (REVIVE_FOREIGN).`,
  );
}

/**
 * Gives a person access again, but none that was revoked meanwhile: the removals that waited come first, and if one of them
 * fails the account is deactivated again. Where an earlier attempt stopped after the first half, only the second is left. The caller
 * holds the person's queue.
 */
export async function reactivate(state: UserState, leave: readonly TeamId[], session: Session): Promise<void> {
  const { user } = state;
  if (user.deleted) await restore(user, session);
  try {
    for (const team of leave) await changeOne(user.id, team, false, session);
  } catch (cause) {
    await endAccess(user, session);
    throw unavailable(`User ${user.id} stays inactive: a group it had to leave could not be left. Try again.`, 30, {
      cause,
    });
  }
}

/**
 * Makes a live person join or leave a team, if the team still is a group. Collate changes nothing of a deleted one; whoever pushes it
 * again says who is in.
 */
export async function changeOne(user: UserId, team: TeamId, joins: boolean, session: Session): Promise<void> {
  const state = await session.groups.get(team);
  if (state === undefined || state.team.teamType !== 'Group' || state.team.deleted) return;
  await changeMembership(
    state.team,
    joins ? { add: [{ id: user }], remove: [] } : { add: [], remove: [{ id: user }] },
    session,
  );
}

async function restore({ id }: User, session: Session): Promise<void> {
  try {
    // The index goes on saying inactive: until everything that waited is done, each change of a membership has to look.
    await session.collate.users.restore(id);
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'not-found') throw error;
    // Old servers answer 404 for one that is live already.
    const found = await session.collate.users.findById(id, {});
    if (found === undefined) throw notFound(`User ${id} no longer exists in Collate.`, { cause: error });
  }
}

function countAdmins(session: Session): Promise<number> {
  return session.collate.users.count({ isAdmin: true, isBot: false });
}

function lastAdmin(id: UserId): ReturnType<typeof forbidden> {
  return forbidden(
    `User ${id} is Collate's last active administrator and cannot be deactivated; make another one an administrator first.`,
  );
}
