import type { User } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { type ScimError, uniqueness } from '@scim-gateway/scim';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import { deriveUserName, equalsIgnoringCase } from '../../translation/names.ts';
import { isBound, isTombstone, toScimUser, type UserState } from '../../translation/user.ts';
import { toRememberedAttributes } from '../../translation/user-plan.ts';
import { emailKey, userKey, userNameKey } from '../collate/lock-keys.ts';
import type { Session } from '../session.ts';
import { assertMayReactivate, deactivate } from './activation.ts';
import { changeUser, keepAnnotation } from './change.ts';
import type { UserDraft } from './draft.ts';
import { reviveTombstone } from './revive.ts';

/**
 * Creates the user, or completes, adopts or revives the account that is already there for the person.
 *
 * @throws ScimError `uniqueness` when the person is provisioned already, or the address belongs to somebody else.
 */
export async function createUser(draft: UserDraft, session: Session): Promise<User['id']> {
  using _names = await session.hold([userNameKey(draft.userName), emailKey(draft.email)]);
  try {
    const [existing] = await session.users.find({ by: 'userName', value: draft.userName });
    return await (existing === undefined ? createFresh(draft, session) : meet(existing, draft, session));
  } finally {
    await session.users.forget([], { userName: draft.userName, email: draft.email });
  }
}

async function createFresh(draft: UserDraft, session: Session): Promise<User['id']> {
  const { capabilities, naming } = session.upstream;
  const { email, displayName, externalId, userName } = draft;
  const name = deriveUserName(draft, session.settings.nameRule, naming);
  const remembersId = externalId !== undefined && session.presentation.map.remembers('externalId');
  const own = capabilities.userExternalId ? { scimUserName: userName, ...(remembersId ? { externalId } : {}) } : {};
  let user: User;
  const since = performance.now();
  try {
    user = await session.collate.users.create({ name, email, displayName, ...own });
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'conflict') {
      if (error instanceof CollateError && error.mayTakeEffect) await session.users.noteUnknown();
      throw error;
    }
    return meetOwner(draft, { name, since, cause: error }, session);
  }
  await session.users.noteActivity(user, true);
  await session.users.forget([{ user, annotation: undefined }]);
  using _user = await session.hold([userKey(user.id)]);
  return await complete({ user, annotation: undefined }, draft, session);
}

/** What makes a bare entity the whole resource; the annotation comes last, as the mark that nothing is missing. */
async function complete(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  if (!draft.active && !state.user.deleted) await deactivate(state.user, session);
  const attributes = toRememberedAttributes(state, draft.resource, session.presentation.map);
  const annotation = { ...emptyUserAnnotation(state.user, session.context.principal.provider), attributes };
  await keepAnnotation(state, annotation, session);
  await session.users.forget([state, { user: state.user, annotation }]);
  return state.user.id;
}

/** Collate says that the name or the e-mail is taken: finds out by whom. */
async function meetOwner(
  draft: UserDraft,
  { name, since, cause }: { readonly name: string; readonly since: number; readonly cause: CollateError },
  session: Session,
): Promise<User['id']> {
  const [owner] = await session.users.findAfresh({ by: 'email', value: draft.email }, since);
  if (owner !== undefined) return meet(owner, draft, session);
  throw uniqueness(
    `Another Collate account already has the e-mail address or the login name "${name}" that belongs to this user.`,
    { cause },
  );
}

async function meet(found: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  using _user = await session.hold([userKey(found.user.id)]);
  const state = (await session.users.get(found.user.id)) ?? found;
  await session.users.forget([found, state]);
  if (await isLeftByProvider(state, draft, session)) {
    return (await reviveTombstone(state, draft, session)) ?? (await createFresh(draft, session));
  }
  if (isHalfMade(state, draft, session)) return await complete(state, draft, session);
  if (await isKnown(state, session)) throw taken(state, draft);
  return await adopt(state, draft, session);
}

/**
 * Whether the account is one that a provider has deleted. Without a document store a deleted user cannot be told from an inactive one,
 * so there one of the same provider id that we deactivated counts.
 */
async function isLeftByProvider(state: UserState, draft: UserDraft, session: Session): Promise<boolean> {
  if (isTombstone(state) || state.annotation?.unfinished === true) return true;
  if (!state.user.deleted || session.annotations !== undefined) return false;
  const same = !session.upstream.capabilities.userExternalId || state.user.externalId === draft.externalId;
  return same && session.upstream.trusts(state.user.updatedBy) && (await isKnown(state, session));
}

/**
 * Whether the account is what an attempt at this very request left behind: made by us, never touched since but perhaps deactivated as
 * was asked, its annotation missing.
 */
function isHalfMade(state: UserState, draft: UserDraft, session: Session): boolean {
  const { user } = state;
  const deactivates = user.deleted && !draft.active;
  const untouched =
    user.version <= (deactivates ? 0.2 : 0.1) &&
    session.upstream.trusts(user.updatedBy) &&
    state.annotation === undefined;
  if (!untouched || !equalsIgnoringCase(user.email, draft.email) || user.displayName !== draft.displayName)
    return false;
  if (session.upstream.capabilities.userExternalId && (user.scimUserName ?? '') !== draft.userName) return false;
  const missing = toRememberedAttributes(state, draft.resource, session.presentation.map);
  const lacksDocument = session.annotations !== undefined && Object.keys(missing).length > 0;
  return user.deleted ? deactivates && lacksDocument : lacksDocument || !draft.active;
}

/** Whether the user was provisioned through SCIM; where neither a field nor a document can tell, by who made the account. */
async function isKnown(state: UserState, session: Session): Promise<boolean> {
  if (isBound(state)) return true;
  if (session.upstream.capabilities.userExternalId || session.annotations !== undefined) return false;
  const first = await session.collate.users.firstVersion(state.user.id);
  return first !== undefined && session.upstream.trusts(first.updatedBy);
}

async function adopt(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  if (!session.settings.adoptOnPost || !equalsIgnoringCase(user.email, draft.email)) throw taken(state, draft);
  if (draft.active) assertMayReactivate(user, session);
  if (draft.active && user.deleted && user.isAdmin) throw taken(state, draft);
  const before = toScimUser(state, session.presentation);
  await changeUser(
    state,
    { ...before, ...draft.resource, emails: draft.resource['emails'] ?? before['emails'] ?? [] },
    session,
  );
  const now = (await session.users.get(user.id)) ?? state;
  if (now.annotation === undefined)
    await keepAnnotation(now, emptyUserAnnotation(user, session.context.principal.provider), session);
  await session.users.forget([now]);
  session.events.onNotice?.({ kind: 'user-adopted', userId: user.id });
  return user.id;
}

function taken(state: UserState, draft: UserDraft): ScimError {
  const what = equalsIgnoringCase(state.user.email, draft.email) ? 'e-mail address' : 'userName';
  return uniqueness(`A user with this ${what} already exists (id ${state.user.id}); match it instead of creating it.`);
}
