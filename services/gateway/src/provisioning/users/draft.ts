import type { Resource } from '@scim-gateway/scim';
import { invalidValue } from '@scim-gateway/scim';
import { assertVisible, deriveNames, isEmailAddress } from '../../translation/names.ts';
import { objectAt, primaryEmail, textAt } from '../../translation/resource-values.ts';
import { initialDisplayName } from '../../translation/user-intent.ts';

/** A new user as a provider asks for it, with what SCIM leaves to us filled in. */
export interface UserDraft {
  readonly resource: Resource;
  readonly userName: string;
  readonly email: string;
  readonly displayName: string;
  readonly externalId: string | undefined;
  readonly active: boolean;
}

/** @throws ScimError `invalidValue` when no e-mail for Collate can be found in the resource. */
export function toUserDraft(resource: Resource): UserDraft {
  const userName = assertVisible('userName', textAt(resource, 'userName') ?? '');
  const sent = textAt(primaryEmail(resource), 'value');
  const email = sent ?? (isEmailAddress(userName) ? userName : undefined);
  if (email === undefined || !isEmailAddress(email) || email.includes('#EXT#')) {
    throw invalidValue(
      `emails: Collate needs an e-mail address for each user. Send a primary e-mail of type work, or a userName that is an address${sent === undefined ? '' : ' (the value sent is none)'}.`,
    );
  }
  const displayName = assertVisible('displayName', initialDisplayName(resource));
  const externalId = textAt(resource, 'externalId');
  const active = resource['active'] !== false;
  return {
    resource: { ...resource, displayName, active, name: completeName(resource, displayName) },
    userName,
    email: assertVisible('emails', email),
    displayName,
    externalId,
    active,
  };
}

/** The name with what was not sent read off the display name: nothing of it was cleared. */
function completeName(resource: Resource, displayName: string): Resource {
  return { formatted: displayName, ...deriveNames(displayName), ...objectAt(resource, 'name') };
}
