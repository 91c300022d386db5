import { equalsIgnoringCase } from '../../translation/names.ts';
import { isBound, type UserState, workAddresses } from '../../translation/user.ts';
import type { Session } from '../session.ts';
import { deleteSoftly, isProtected } from './activation.ts';

/**
 * Deactivates the twin accounts of a deactivated user: a login under a new address makes one, since Collate does not
 * give that address to the user's own account. Each twin account is locked; the caller must not lock the user.
 */
export async function deactivateTwinAccounts(owner: UserState, session: Session): Promise<void> {
  for (const address of otherAddresses(owner)) {
    const found = await session.users.find({ by: 'email', value: address });
    for (const candidate of found) {
      if (!isTwinAccount(candidate, owner, session)) continue;
      await session.locked([{ user: candidate.user.id }], () => deactivateTwinAccount(candidate, owner, session));
    }
  }
}

async function deactivateTwinAccount(candidate: UserState, owner: UserState, session: Session): Promise<void> {
  const now = await session.users.get(candidate.user.id, ['teams']);
  if (now === undefined || !isTwinAccount(now, owner, session)) return;
  await session.users.write([now], async () => {
    await deleteSoftly(now.user, session);
    session.events.onNotice?.({ kind: 'twin-deactivated', userId: now.user.id, personId: owner.user.id });
  });
}

/** The work addresses that the annotation keeps for a user, besides the account's own. */
function otherAddresses(state: UserState): readonly string[] {
  return [...new Set(workAddresses(state))].filter((address) => !equalsIgnoringCase(address, state.user.email));
}

/** Only active accounts without privileges that no provider has bound and no operator protects. */
function isTwinAccount(candidate: UserState, owner: UserState, session: Session): boolean {
  const { user } = candidate;
  if (user.id === owner.user.id || user.deleted || user.isAdmin || isBound(candidate)) return false;
  const hasAddress = otherAddresses(owner).some((address) => equalsIgnoringCase(user.email, address));
  return hasAddress && !isProtected(user, session);
}
