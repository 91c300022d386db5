import type { JsonObject, Resource } from '@scim-gateway/scim';
import { invalidValue } from '@scim-gateway/scim';
import { isAccountAddress, otherEmail, withEmail, workEmail } from '../../translation/emails.ts';
import { assertLegible, assertName, assertVisible, deriveNames } from '../../translation/names.ts';
import { objectAt, textAt } from '../../translation/resource-values.ts';
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

/** @throws ScimError `invalidValue` when the resource has no e-mail address for Collate, or an illegible name. */
export function toUserDraft(resource: Resource): UserDraft {
  const userName = assertName('userName', textAt(resource, 'userName') ?? '');
  const email = chooseEmail(resource, userName);
  const displayName = assertName('displayName', initialDisplayName(resource));
  const externalId = textAt(resource, 'externalId');
  const active = resource['active'] !== false;
  return {
    resource: {
      ...withEmail(resource, email),
      displayName,
      active,
      name: completeName(resource, displayName),
    },
    userName,
    email: String(email['value']),
    displayName,
    externalId,
    active,
  };
}

/** The work address, else a userName that is an address, else the primary or only address of another type. */
function chooseEmail(resource: Resource, userName: string): JsonObject {
  const ofUserName = isAccountAddress(userName) ? { value: userName, type: 'work', primary: true } : undefined;
  const chosen = workEmail(resource) ?? ofUserName ?? otherEmail(resource);
  const address = textAt(chosen, 'value');
  if (chosen !== undefined && address !== undefined && isAccountAddress(address)) {
    assertVisible('emails', address);
    return chosen;
  }
  throw invalidValue(
    `emails: ${chosen === undefined ? 'no e-mail address was sent' : 'the value sent is not an e-mail address'}. Collate needs one for each user: send an e-mail of type work, or a userName that is an address.`,
  );
}

/** The name, its missing parts derived from the display name: a part that was not sent was not cleared. */
function completeName(resource: Resource, displayName: string): Resource {
  const name = { formatted: displayName, ...deriveNames(displayName), ...objectAt(resource, 'name') };
  for (const part of ['givenName', 'familyName'] as const) assertLegible(`name.${part}`, textAt(name, part) ?? '');
  return name;
}
