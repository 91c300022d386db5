import { parseTeamId } from '@scim-gateway/collate-client/model';
import { emptyUserAnnotation, type UserAnnotation } from '../../translation/annotation.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import { userKey } from '../collate/lock-keys.ts';
import type { Session } from '../session.ts';
import { assertMayDeactivate, changeOne, deactivate, eraseUser } from './activation.ts';
import { keepAnnotation } from './change.ts';

/**
 * Deletes a user for SCIM: out of its groups, then Collate's soft delete, then a tombstone that hides what remains.
 * The caller holds the user's queue and has read the user's teams.
 */
export async function removeUser(state: UserState, session: Session): Promise<void> {
  const { user } = state;
  const tombstone = toTombstone(state, session);
  await assertMayDeactivate(user, session);
  try {
    if (!user.deleted) {
      await leaveGroups(state, session);
      await deactivate(user, session);
    }
    await keepAnnotation(state, tombstone, session);
  } finally {
    await session.users.forget([state, { user, annotation: tombstone }]);
  }
}

/** With `USER_DELETE=hard`, deletes whoever was deleted for SCIM and owns nothing from Collate as well. */
export async function deleteForGood(state: UserState, session: Session): Promise<void> {
  if (session.settings.userDelete !== 'hard') return;
  const { user } = state;
  using _user = await session.hold([userKey(user.id)]);
  const now = await session.users.get(user.id, ['owns']);
  const isLeft = now?.user.deleted === true && (isTombstone(now) || session.annotations === undefined);
  if (now === undefined || !isLeft || (now.user.owns?.length ?? 0) > 0) return;
  try {
    await eraseUser(user, session);
    await session.annotations?.remove('user', user.id);
  } finally {
    await session.users.forget([now]);
  }
}

/** Out of every team of type Group, also out of one that SCIM has let go and shows no more. */
async function leaveGroups({ user }: UserState, session: Session): Promise<void> {
  for (const { id, name } of user.teams ?? []) {
    const team = name === 'Organization' ? undefined : parseTeamId(id);
    if (team !== undefined) await changeOne(user.id, team, false, session);
  }
}

function toTombstone(state: UserState, session: Session): UserAnnotation {
  const annotation = state.annotation ?? emptyUserAnnotation(state.user, session.context.principal.provider);
  return { ...annotation, tombstone: true, waiting: { add: [], remove: [] } };
}
