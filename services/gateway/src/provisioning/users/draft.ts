import type { Resource } from '@scim-gateway/scim';
import { invalidValue } from '@scim-gateway/scim';
import { assertVisible, deriveNames, isEmailAddress } from '../../translation/names.ts';
import { objectAt, primaryEmail, textAt } from '../../translation/resource-values.ts';
import { initialDisplayName } from '../../translation/user-intent.ts';

/** A new user as a provider asks for it, with a value for everything that Collate needs. */
export interface UserDraft {
  readonly resource: Resource;
  readonly userName: string;
  readonly email: string;
  readonly displayName: string;
  readonly externalId: string | undefined;
  readonly active: boolean;
}

/** @throws ScimError `invalidValue` when the resource has no e-mail address for Collate, or an invisible character. */
export function toUserDraft(resource: Resource): UserDraft {
  const userName = assertVisible('userName', textAt(resource, 'userName') ?? '');
  const email = chooseEmail(resource, userName);
  const displayName = assertVisible('displayName', initialDisplayName(resource));
  const externalId = textAt(resource, 'externalId');
  const active = resource['active'] !== false;
  return {
    resource: { ...resource, displayName, active, name: completeName(resource, displayName) },
    userName,
    email,
    displayName,
    externalId,
    active,
  };
}

/** Entra ID writes guests' userNames with this mark: their domain is not that of a mailbox. */
const guestMark = '#EXT#';

/** The primary address, else a userName that is an address. */
function chooseEmail(resource: Resource, userName: string): string {
  const sent = textAt(primaryEmail(resource), 'value');
  const email = sent ?? userName;
  if (isEmailAddress(email) && !email.includes(guestMark)) return assertVisible('emails', email);
  throw invalidValue(
    `emails: ${sent === undefined ? 'no e-mail address was sent' : 'the value sent is not an e-mail address'}. Collate needs one for each user: send a primary e-mail of type work, or a userName that is an address.`,
  );
}

/** The name, its missing parts derived from the display name: a part that was not sent was not cleared. */
function completeName(resource: Resource, displayName: string): Resource {
  return { formatted: displayName, ...deriveNames(displayName), ...objectAt(resource, 'name') };
}
