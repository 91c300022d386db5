import type { TeamId, User } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
import { uniqueness } from '@scim-gateway/scim';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import { shownExternalId, type UserState } from '../../translation/user.ts';
import { toRememberedAttributes } from '../../translation/user-plan.ts';
import type { Session } from '../session.ts';
import { assertMayReactivate, deactivate, eraseUser, reactivate } from './activation.ts';
import { keepAnnotation } from './change.ts';
import type { UserDraft } from './draft.ts';

/**
 * Meets a `POST` of a person whose account a provider deleted: the same person returns under the same id, without the
 * groups of before; anybody else's return is `RECYCLED_ACCOUNT`'s to decide.
 *
 * @returns the user's id, or undefined when the old account is gone for good and a new one may be made.
 * @throws ScimError `uniqueness` when the address has gone to another person, or the account is an administrator's.
 */
export async function reviveTombstone(
  state: UserState,
  draft: UserDraft,
  session: Session,
): Promise<User['id'] | undefined> {
  const { user } = state;
  const samePerson = isSamePerson(state, draft, session);
  const policy = samePerson ? 'restore' : session.settings.recycledAccount;
  if (policy === 'refuse' || user.isAdmin) {
    throw recycled(user);
  }
  // Somebody's return under another policy is under way: nobody who is live is deleted for good.
  if (policy === 'hard-delete' && !user.deleted) throw recycled(user);
  if (policy === 'hard-delete') {
    await eraseUser(user, session);
    await session.annotations?.remove('user', user.id);
    await session.users.forget([state]);
    return undefined;
  }
  return restoreUser(state, draft, session);
}

async function restoreUser(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  assertMayReactivate(user, session);
  const leave = user.deleted ? await noteReturn(state, session) : (state.annotation?.waiting.remove ?? []);
  const isLeft = user.deleted && leave.length === 0;
  if (isLeft && isReady(state, draft, session)) return user.id;
  await reactivate(state, leave, session);
  if (user.displayName !== draft.displayName) {
    const patch = [{ op: 'add', path: '/displayName', value: draft.displayName }] as const;
    await session.collate.users.patch(user.id, patch);
  }
  if (!draft.active) await deactivate({ ...user, deleted: false }, session);
  const attributes = toRememberedAttributes(state, draft.resource, session.presentation.map);
  const annotation = { ...emptyUserAnnotation(user, session.context.principal.provider), attributes };
  await keepAnnotation(state, annotation, session);
  await session.users.forget([state, { user, annotation }]);
  return user.id;
}

/**
 * Whether an inactive account that has left its groups is all that was asked for, where there are no documents: it may be what an attempt at
 * this very request left, and to restore it for a moment could leave it active.
 */
function isReady({ user }: UserState, draft: UserDraft, session: Session): boolean {
  return !draft.active && session.annotations === undefined && user.displayName === draft.displayName;
}

/**
 * Notes that the person is about to return, and which groups of before are to be left: an attempt that stops later is completed by
 * its repetition.
 */
async function noteReturn(state: UserState, session: Session): Promise<readonly TeamId[]> {
  const { user } = state;
  const former = await session.users.get(user.id, ['teams']);
  const teams = former?.user.teams ?? [];
  const leave = teams.flatMap(({ id, name }) => (name === 'Organization' ? [] : (parseTeamId(id) ?? [])));
  if (session.annotations !== undefined) {
    const known = state.annotation ?? emptyUserAnnotation(user, session.context.principal.provider);
    const waiting = { add: [], remove: leave };
    await session.annotations?.put({ ...known, tombstone: true, unfinished: true, waiting });
  }
  return leave;
}

function recycled({ id }: User): ReturnType<typeof uniqueness> {
  return uniqueness(
    `The account of this address (id ${id}) was deleted through provisioning and belongs to another person or an administrator. Delete it in Collate for good, or see RECYCLED_ACCOUNT.`,
  );
}

/** The provider's own identifier tells people apart, wherever it could be kept. */
function isSamePerson(state: UserState, draft: UserDraft, session: Session): boolean {
  const { map } = session.presentation;
  const kept = session.upstream.capabilities.userExternalId || session.annotations !== undefined;
  return !kept || !map.remembers('externalId') || shownExternalId(state, map) === draft.externalId;
}
