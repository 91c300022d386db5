import type { TeamId, User } from '@scim-gateway/collate-client/model';
import { type ScimError, uniqueness } from '@scim-gateway/scim';
import { teamIds } from '../../translation/membership.ts';
import { shownExternalId, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { assertMayReactivate, deactivate, deleteHard, reactivate } from './activation.ts';
import { annotationOf, annotationOfDraft, keepAnnotation } from './annotation.ts';
import { patchDisplayName } from './change.ts';
import type { UserDraft } from './draft.ts';
import { withoutTeams } from './teams.ts';

/**
 * Settles a `POST` that meets the account of a deleted user. The same user returns under the same id, without its
 * former groups; for another user of the same address, RECYCLED_ACCOUNT decides. The caller locks the account.
 *
 * @returns the user's id, or undefined when the old account was deleted from Collate, so that a new one may be created.
 * @throws ScimError `uniqueness` when the account may not be reused, or is an administrator's.
 */
export async function reviveTombstone(
  state: UserState,
  draft: UserDraft,
  session: Session,
): Promise<User['id'] | undefined> {
  const { user } = state;
  const policy = isSameUser(state, draft, session) ? 'restore' : session.settings.recycledAccount;
  if (policy === 'refuse' || user.isAdmin) throw recycled(user);
  if (policy === 'restore') return await restoreUser(state, draft, session);
  // An earlier request began to revive the account under another policy: an active account is never deleted for good.
  if (!user.deleted) throw recycled(user);
  await session.users.write([state], async () => {
    await deleteHard(user, session);
    await session.annotations?.remove('user', user.id);
  });
  return undefined;
}

async function restoreUser(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  assertMayReactivate(user, session);
  const annotation = annotationOfDraft(user, draft, session);
  await session.users.write([state, { user, annotation }], async () => {
    const leave = user.deleted ? await readTeams(user, session) : (state.annotation?.waiting.remove ?? []);
    if (user.deleted) await markPending(state, leave, session);
    if (user.deleted && leave.length === 0 && isReady(user, draft, session)) return;
    await reactivate(user, leave, session);
    const left = withoutTeams(user, leave);
    await rename(left, draft, session);
    if (!draft.active) await deactivate({ ...left, deleted: false }, session);
    await keepAnnotation(state, annotation, session);
  });
  return user.id;
}

/** Gives the restored account the draft's display name. Where that is forbidden, the annotation remembers it. */
async function rename(user: User, { displayName }: UserDraft, session: Session): Promise<void> {
  if (user.displayName === displayName) return;
  if (session.upstream.capabilities.displayNames.users) {
    await patchDisplayName(user, displayName, session);
    return;
  }
  const kind = session.annotations === undefined ? 'display-name-dropped' : 'display-name-remembered';
  session.events.onNotice?.({ kind, userId: user.id });
}

/** Reads the teams of an inactive account, all of which a returning user leaves. */
async function readTeams({ id }: User, session: Session): Promise<readonly TeamId[]> {
  const state = await session.users.get(id, ['teams']);
  return teamIds(state?.user.teams);
}

/** Marks the revival as unfinished, with the teams to leave: if this attempt stops, its repetition completes it. */
async function markPending(state: UserState, leave: readonly TeamId[], session: Session): Promise<void> {
  const waiting = { add: [], remove: leave };
  await session.annotations?.put({ ...annotationOf(state, session), tombstone: true, unfinished: true, waiting });
}

/**
 * Whether an inactive account without teams already is what the request asks for, where there is no document store. An
 * earlier attempt at this request may have left it so; restoring it for a moment could leave it active.
 */
function isReady(user: User, draft: UserDraft, session: Session): boolean {
  return !draft.active && session.annotations === undefined && user.displayName === draft.displayName;
}

/** The provider's own identifier decides wherever it could be stored: an address may pass from one user to another. */
export function isSameUser(state: UserState, draft: UserDraft, session: Session): boolean {
  const { map } = session.presentation;
  const isKept = session.upstream.capabilities.userExternalId || session.annotations !== undefined;
  return !isKept || !map.remembers('externalId') || shownExternalId(state, map) === draft.externalId;
}

function recycled({ id }: User): ScimError {
  return uniqueness(
    `The account of this address (id ${id}) was deleted through provisioning and belongs to another user or an administrator. Delete it permanently in Collate, or set RECYCLED_ACCOUNT.`,
  );
}
