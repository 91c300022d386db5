import { teamIds } from '../../translation/membership.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { assertMayDeactivate, deactivate, deleteHard } from './activation.ts';
import { annotationOf, keepAnnotation } from './annotation.ts';
import { leaveIfPossible, leaveTeams, withoutTeams } from './teams.ts';

/**
 * Deletes a user for SCIM: the user leaves its teams, Collate soft deletes the account, and a tombstone hides it.
 * The caller locks the user and has read its teams.
 *
 * @throws ScimError 403 for a protected user or the last active administrator.
 */
export async function deleteUser(state: UserState, session: Session): Promise<void> {
  const { user } = state;
  const wasDeleted = isTombstone(state);
  if (!wasDeleted) await assertMayDeactivate(user, session);
  const tombstone = { ...annotationOf(state, session), tombstone: true, waiting: { add: [], remove: [] } };
  // Also for a deleted user: an earlier attempt may have crashed between its last write and the invalidation.
  await session.users.write([state, { user, annotation: tombstone }], async () => {
    if (wasDeleted) return;
    // Includes teams of type Group that SCIM no longer shows, such as the adopted team of a deleted group.
    const teams = teamIds(user.teams);
    if (user.deleted) await leaveIfPossible(user.id, teams, session);
    else {
      await leaveTeams(user.id, teams, session);
      await deactivate(withoutTeams(user, teams), session);
    }
    await keepAnnotation(state, tombstone, session);
  });
}

/** With USER_DELETE=hard, also deletes from Collate an account that was deleted for SCIM and owns nothing. */
export async function deleteFromCollate(state: UserState, session: Session): Promise<void> {
  if (session.settings.userDelete !== 'hard') return;
  const { user } = state;
  await session.locked([{ user: user.id }], async () => {
    const now = await session.users.get(user.id, ['owns']);
    if (now === undefined || !isDeleted(now, session) || (now.user.owns?.length ?? 0) > 0) return;
    await session.users.write([now], async () => {
      await deleteHard(user, session);
      await session.annotations?.remove('user', user.id);
    });
  });
}

/** Where there is no document store, a deleted user and an inactive one are the same. */
function isDeleted(state: UserState, session: Session): boolean {
  return state.user.deleted && (isTombstone(state) || session.annotations === undefined);
}
