import type { TeamId, User } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
import { uniqueness } from '@scim-gateway/scim';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import { shownExternalId, type UserState } from '../../translation/user.ts';
import { toRememberedAttributes } from '../../translation/user-plan.ts';
import type { Session } from '../collate/access.ts';
import type { Workshop } from '../workshop.ts';
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
  workshop: Workshop,
): Promise<User['id'] | undefined> {
  const { user } = state;
  const samePerson = isSamePerson(state, draft, session, workshop);
  const policy = samePerson ? 'restore' : workshop.settings.recycledAccount;
  if (policy === 'refuse' || user.isAdmin) {
    throw recycled(user);
  }
  // Somebody's return under another policy is under way: nobody who is live is deleted for good.
  if (policy === 'hard-delete' && !user.deleted) throw recycled(user);
  if (policy === 'hard-delete') {
    await eraseUser(user, session);
    await workshop.annotations.remove('user', user.id, session);
    await workshop.users.forget([state]);
    return undefined;
  }
  return restoreUser(state, draft, session, workshop);
}

async function restoreUser(
  state: UserState,
  draft: UserDraft,
  session: Session,
  workshop: Workshop,
): Promise<User['id']> {
  const { user } = state;
  assertMayReactivate(user, session, workshop);
  const leave = user.deleted ? await noteReturn(state, session, workshop) : (state.annotation?.waiting.remove ?? []);
  const isLeft = user.deleted && leave.length === 0;
  if (isLeft && isReady(state, draft, session, workshop)) return user.id;
  await reactivate(state, leave, session, workshop);
  if (user.displayName !== draft.displayName) {
    const patch = [{ op: 'add', path: '/displayName', value: draft.displayName }] as const;
    await session.upstream.client.users.patch(user.id, patch, session.call);
  }
  if (!draft.active) await deactivate({ ...user, deleted: false }, session, workshop);
  const attributes = toRememberedAttributes(state, draft.resource, workshop.presentation.map);
  const annotation = { ...emptyUserAnnotation(user, session.context.principal.provider), attributes };
  await keepAnnotation(state, annotation, session, workshop);
  await workshop.users.forget([state, { user, annotation }]);
  return user.id;
}

/**
 * Whether an inactive account that has left its groups is all that was asked for, where there are no documents: it may be what an attempt at
 * this very request left, and to restore it for a moment could leave it active.
 */
function isReady({ user }: UserState, draft: UserDraft, session: Session, workshop: Workshop): boolean {
  return !draft.active && !workshop.annotations.available(session) && user.displayName === draft.displayName;
}

/**
 * Notes that the person is about to return, and which groups of before are to be left: an attempt that stops later is completed by
 * its repetition.
 */
async function noteReturn(state: UserState, session: Session, workshop: Workshop): Promise<readonly TeamId[]> {
  const { user } = state;
  const former = await workshop.users.get(user.id, session, ['teams']);
  const teams = former?.user.teams ?? [];
  const leave = teams.flatMap(({ id, name }) => (name === 'Organization' ? [] : (parseTeamId(id) ?? [])));
  if (workshop.annotations.available(session)) {
    const known = state.annotation ?? emptyUserAnnotation(user, session.context.principal.provider);
    const waiting = { add: [], remove: leave };
    await workshop.annotations.put({ ...known, tombstone: true, unfinished: true, waiting }, session);
  }
  return leave;
}

function recycled({ id }: User): ReturnType<typeof uniqueness> {
  return uniqueness(
    `The account of this address (id ${id}) was deleted through provisioning and belongs to another person or an administrator. Delete it in Collate for good, or see RECYCLED_ACCOUNT.`,
  );
}

/** The provider's own identifier tells people apart, wherever it could be kept. */
function isSamePerson(state: UserState, draft: UserDraft, session: Session, workshop: Workshop): boolean {
  const { map } = workshop.presentation;
  const kept = session.upstream.capabilities.userExternalId || workshop.annotations.available(session);
  return !kept || !map.remembers('externalId') || shownExternalId(state, map) === draft.externalId;
}
