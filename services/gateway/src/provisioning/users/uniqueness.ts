import { type ScimError, uniqueness } from '@scim-gateway/scim';
import { equalsIgnoringCase } from '../../translation/names.ts';
import { isTombstone, shownEmail, shownUserName, type UserState } from '../../translation/user.ts';

/** The values of a user that no other user may have; undefined where they do not matter. */
export interface UniqueValues {
  readonly userName: string | undefined;
  readonly email: string | undefined;
}

/** Whether the user has one of the values, a deleted user included. */
export function hasOneOf(state: UserState, { userName, email }: UniqueValues): boolean {
  return equalsIgnoringCase(shownUserName(state), userName) || equalsIgnoringCase(shownEmail(state), email);
}

/** Whether SCIM shows the user with one of the values. */
export function shows(state: UserState, values: UniqueValues): boolean {
  return !isTombstone(state) && hasOneOf(state, values);
}

/** The error that names the attribute and the user that has its value. */
export function userTaken(state: UserState, { userName, email }: UniqueValues): ScimError {
  const { id } = state.user;
  if (!isTombstone(state) && equalsIgnoringCase(shownUserName(state), userName))
    return uniqueness(`userName: user ${id} already has this value. Match that user, or send another userName.`);
  if (!isTombstone(state) && equalsIgnoringCase(shownEmail(state), email))
    return uniqueness(`emails: user ${id} already has this address. Match that user, or send another address.`);
  return uniqueness(
    `emails: the Collate account of user ${id} keeps this address, which Collate does not change, although that user now has other names. Delete that account in Collate for good, or send another address.`,
  );
}
