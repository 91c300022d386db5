import type { User } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { type ScimError, uniqueness } from '@scim-gateway/scim';
import { deriveUserName, equalsIgnoringCase } from '../../translation/names.ts';
import { toScimUser, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { assertMayReactivate, deactivate } from './activation.ts';
import { annotationOf, annotationOfDraft, keepAnnotation } from './annotation.ts';
import { changeUser } from './change.ts';
import type { UserDraft } from './draft.ts';
import { originOfAccount } from './origin.ts';
import { reviveTombstone } from './revive.ts';

/**
 * Creates the user, or completes, adopts or revives the account that already has its userName or e-mail address.
 *
 * @throws ScimError `uniqueness` when the user is provisioned already, or another user has the address.
 */
export function createUser(draft: UserDraft, session: Session): Promise<User['id']> {
  const { userName, email } = draft;
  return session.locked([{ userName }, { email }], () =>
    session.users.write([{ userName, email }], async () => {
      const [existing] = await session.users.find({ by: 'userName', value: userName });
      return await (existing === undefined ? createAccount(draft, session) : meet(existing, draft, session));
    }),
  );
}

async function createAccount(draft: UserDraft, session: Session): Promise<User['id']> {
  const name = deriveUserName(draft, session.settings.nameRule, session.upstream.naming);
  const { email, displayName } = draft;
  const since = performance.now();
  let user: User;
  try {
    user = await session.users.create({ name, email, displayName, ...ownFields(draft, session) });
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'conflict') throw error;
    const [owner] = await session.users.findAfresh({ by: 'email', value: email }, since);
    if (owner === undefined) throw nameTaken(name, error);
    return await meet(owner, draft, session);
  }
  return await session.locked([{ user: user.id }], () => complete({ user, annotation: undefined }, draft, session));
}

/** What newer servers keep of the provider's identifiers in the account itself. */
function ownFields({ externalId, userName }: UserDraft, { upstream, presentation }: Session) {
  if (!upstream.capabilities.userExternalId) return {};
  const remembersId = externalId !== undefined && presentation.map.remembers('externalId');
  return { scimUserName: userName, ...(remembersId ? { externalId } : {}) };
}

/** Writes what the account lacks of the whole user; the annotation comes last, as the mark that nothing is missing. */
async function complete(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  const annotation = annotationOfDraft(user, draft, session);
  await session.users.write([state, { user, annotation }], async () => {
    if (!draft.active && !user.deleted) await deactivate(user, session);
    await keepAnnotation(state, annotation, session);
  });
  return user.id;
}

/** Locks the account that was found, and settles what the request means for it. */
function meet(found: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  return session.locked([{ user: found.user.id }], async () => {
    const state = (await session.users.get(found.user.id)) ?? found;
    // Also where the request is refused: the provider then looks the user up, and must find it.
    return await session.users.write([found, state], () => settle(state, draft, session));
  });
}

async function settle(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  switch (await originOfAccount(state, draft, session)) {
    case 'deleted':
      return (await reviveTombstone(state, draft, session)) ?? (await createAccount(draft, session));
    case 'half-made':
      return await complete(state, draft, session);
    case 'provisioned':
      throw taken(state, draft);
    case 'foreign':
      return await adopt(state, draft, session);
  }
}

/** Takes over an account that SCIM did not make, such as one from a login, as a change to what the request asks for. */
async function adopt(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  if (!session.settings.adoptOnPost || !equalsIgnoringCase(user.email, draft.email)) throw taken(state, draft);
  if (draft.active) assertMayReactivate(user, session);
  if (draft.active && user.deleted && user.isAdmin) throw taken(state, draft);
  const before = toScimUser(state, session.presentation);
  const emails = draft.resource['emails'] ?? before['emails'] ?? [];
  await changeUser(state, { ...before, ...draft.resource, emails }, session);
  const now = (await session.users.get(user.id)) ?? state;
  await session.users.write([now], async () => {
    if (now.annotation === undefined) await keepAnnotation(now, annotationOf(state, session), session);
  });
  session.events.onNotice?.({ kind: 'user-adopted', userId: user.id });
  return user.id;
}

function nameTaken(name: string, cause: CollateError): ScimError {
  return uniqueness(
    `Another Collate account already has the e-mail address or the login name "${name}" that belongs to this user.`,
    { cause },
  );
}

function taken(state: UserState, draft: UserDraft): ScimError {
  const what = equalsIgnoringCase(state.user.email, draft.email) ? 'e-mail address' : 'userName';
  return uniqueness(`A user with this ${what} already exists (id ${state.user.id}); match it instead of creating it.`);
}
