import type { User } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { invalidValue, type ScimError, uniqueness } from '@scim-gateway/scim';
import { deriveUserName, equalsIgnoringCase, isEmailAddress } from '../../translation/names.ts';
import { objectsAt } from '../../translation/resource-values.ts';
import { isTombstone, toScimUser, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { assertMayReactivate, deactivate } from './activation.ts';
import { annotationOf, annotationOfDraft, keepAnnotation } from './annotation.ts';
import { changeUser } from './change.ts';
import type { UserDraft } from './draft.ts';
import { originOfAccount } from './origin.ts';
import { isSameUser, reviveTombstone } from './revive.ts';
import { hasOneOf, shows, userTaken } from './uniqueness.ts';

/**
 * Creates the user, or completes, adopts or revives the account that is the user's already.
 *
 * @throws ScimError `uniqueness` when the user is provisioned already, or another user has its userName or address;
 * `invalidValue` for a userName that could not be kept.
 */
export function createUser(draft: UserDraft, session: Session): Promise<User['id']> {
  const { userName, email } = draft;
  assertUserNameKept(draft, session);
  assertAddresses(draft, session);
  return session.locked([{ userName }, { email }], () =>
    session.users.write([{ userName, email }], async () => {
      const existing = chooseAccount(await session.users.holders(draft), draft, session);
      return await (existing === undefined ? createAccount(draft, session) : meet(existing, draft, session));
    }),
  );
}

/**
 * Chooses, among all users and accounts that have one of the draft's names, the one that a `POST` has to settle first:
 * - the account with the e-mail address in Collate, if SCIM shows it under a name of the draft;
 * - else the same user, deleted before, which may have another address in Collate;
 * - else the account with the e-mail address in Collate, since a second one cannot be created.
 *
 * @returns undefined when a new account may be created.
 * @throws ScimError `uniqueness` when SCIM shows another user with the draft's userName or e-mail address.
 */
function chooseAccount(holders: readonly UserState[], draft: UserDraft, session: Session): UserState | undefined {
  const owner = ownerOf(draft.email, holders);
  const other = holders.find((state) => state !== owner && shows(state, draft));
  if (other !== undefined) throw userTaken(other, draft);
  if (owner !== undefined && shows(owner, draft)) return owner;
  const same = holders.filter((state) => state === owner || hasOneOf(state, draft)).filter(isReturning(draft, session));
  return same.find((state) => state === owner) ?? same[0] ?? owner;
}

function isReturning(draft: UserDraft, session: Session): (state: UserState) => boolean {
  return (state) => isTombstone(state) && isSameUser(state, draft, session);
}

/** A server that does not fold case may have several accounts of one address: then the spelling decides. */
function ownerOf(email: string, holders: readonly UserState[]): UserState | undefined {
  const owners = holders.filter(({ user }) => equalsIgnoringCase(user.email, email));
  return owners.find(({ user }) => user.email === email) ?? owners[0];
}

/** Without a field and a document store, the e-mail address serves as userName. */
function assertUserNameKept({ userName, email }: UserDraft, { upstream, annotations }: Session): void {
  if (upstream.capabilities.userExternalId || annotations !== undefined) return;
  if (equalsIgnoringCase(userName, email)) return;
  throw invalidValue(
    'userName must be the e-mail address of the user: this Collate has no document store to keep another one. Map userName to the e-mail address.',
  );
}

/** Where all addresses are remembered, each must be one. */
function assertAddresses({ resource }: UserDraft, { presentation }: Session): void {
  if (!presentation.map.carried.includes('emails')) return;
  if (objectsAt(resource, 'emails').every(({ value }) => typeof value === 'string' && isEmailAddress(value))) return;
  throw invalidValue('emails: one of the values sent is not an e-mail address. Correct it in the identity provider.');
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
    const existing = chooseAccount(await session.users.holdersAfresh(draft, since), draft, session);
    if (existing === undefined) throw await nameTaken(name, error, session);
    return await meet(existing, draft, session);
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
    const state = await session.users.get(found.user.id, ['teams']);
    // Also where the request is refused: the provider then looks the user up, and must find it.
    return await session.users.write(state === undefined ? [found] : [found, state], () =>
      // A cached look-up may name an account that has since been deleted from Collate for good.
      state === undefined ? createAccount(draft, session) : settle(state, draft, session),
    );
  });
}

async function settle(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  switch (await originOfAccount(state, draft, session)) {
    case 'deleted':
      return (await reviveTombstone(state, draft, session)) ?? (await createAccount(draft, session));
    case 'half-made':
      return await complete(state, draft, session);
    case 'provisioned':
      throw userTaken(state, draft);
    case 'foreign':
      return await adopt(state, draft, session);
  }
}

/** Takes over an account that SCIM did not make, such as one from a login, as a change to what the request asks for. */
async function adopt(state: UserState, draft: UserDraft, session: Session): Promise<User['id']> {
  const { user } = state;
  if (!session.settings.adoptOnPost || !equalsIgnoringCase(user.email, draft.email)) throw userTaken(state, draft);
  if (draft.active) assertMayReactivate(user, session);
  if (draft.active && user.deleted && user.isAdmin) throw userTaken(state, draft);
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

/** A second account under another name would not be the one that the user's login finds. */
async function nameTaken(name: string, cause: CollateError, session: Session): Promise<ScimError> {
  const holder = await session.collate.users.find(name, { include: 'all' });
  const account = holder === undefined || holder.isBot ? 'Another Collate account' : `Collate account ${holder.id}`;
  return uniqueness(
    `${account} already has the login name "${name}" or the e-mail address of this user. Rename or delete that account in Collate, or send another userName and address.`,
    { cause },
  );
}
