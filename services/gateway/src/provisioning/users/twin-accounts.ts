import { equalsIgnoringCase, isEmailAddress } from '../../translation/names.ts';
import { isBound, type UserState } from '../../translation/user.ts';
import { userKey } from '../collate/lock-keys.ts';
import type { Session } from '../session.ts';
import { endAccess, isProtected } from './activation.ts';

/**
 * Ends the access of the other accounts of somebody who has been deactivated: a login with a new address, which Collate does not give to
 * the old account, may have made another one. Just unprivileged accounts that no provider has bound, and that have an address the
 * person is remembered under. The caller does not hold the person's key: a twin's is taken instead.
 */
export async function deactivateTwins(person: UserState, session: Session): Promise<void> {
  for (const address of otherAddresses(person)) {
    const found = await session.users.find({ by: 'email', value: address });
    for (const candidate of found.filter((state) => isTwin(state, person, address, session))) {
      await deactivateTwin(candidate, person, address, session);
    }
  }
}

async function deactivateTwin(
  { user }: UserState,
  person: UserState,
  address: string,
  session: Session,
): Promise<void> {
  using _twin = await session.hold([userKey(user.id)]);
  const now = await session.users.get(user.id);
  if (now === undefined || !isTwin(now, person, address, session)) return;
  try {
    await endAccess(now.user, session);
    session.events.onNotice?.({ kind: 'twin-deactivated', userId: now.user.id, personId: person.user.id });
  } finally {
    await session.users.forget([now]);
  }
}

/** The addresses a person is remembered under, besides the account's own. */
function otherAddresses({ user, annotation }: UserState): readonly string[] {
  const { email, userName } = annotation?.attributes ?? {};
  const known = [email, userName].flatMap((value) =>
    typeof value === 'string' && isEmailAddress(value) ? [value] : [],
  );
  return [...new Set(known)].filter((address) => !equalsIgnoringCase(address, user.email));
}

function isTwin(candidate: UserState, person: UserState, address: string, session: Session): boolean {
  const { user } = candidate;
  if (user.id === person.user.id || user.deleted || user.isAdmin || isBound(candidate)) return false;
  return equalsIgnoringCase(user.email, address) && !isProtected(user, session);
}
