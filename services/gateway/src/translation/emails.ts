import { isObject, type JsonObject, type Resource } from '@scim-gateway/scim';
import { isEmailAddress } from './names.ts';
import { objectsAt, textAt } from './resource-values.ts';

/** Entra ID writes guests' userNames with this mark: their domain is not that of a mailbox. */
const guestMark = '#EXT#';

/** Whether the text can be the address of an account: an e-mail address, and not a guest's userName. */
export function isAccountAddress(text: string): boolean {
  return isEmailAddress(text) && !isGuestName(text);
}

function isGuestName(text: string): boolean {
  return text.toUpperCase().includes(guestMark);
}

/** Whether an e-mail is of type work; one without a type counts as work. */
export function isWorkEmail(email: JsonObject): boolean {
  const type = textAt(email, 'type');
  return type === undefined || type.toLowerCase() === 'work';
}

/** The work address of a resource: the primary one, else the first of type work, else the first without a type. */
export function workEmail(resource: JsonObject): JsonObject | undefined {
  const candidates = usable(resource).filter(isWorkEmail);
  return candidates.find(isPrimary) ?? candidates.find((email) => email['type'] !== undefined) ?? candidates[0];
}

/** The address of another type that a user without a work address has: the primary one, or the only one. */
export function otherEmail(resource: JsonObject): JsonObject | undefined {
  const candidates = usable(resource).filter((email) => !isWorkEmail(email));
  return candidates.find(isPrimary) ?? (candidates.length === 1 ? candidates[0] : undefined);
}

/** The address that belongs to the account of a shown or wanted user. */
export function accountEmail(resource: JsonObject): JsonObject | undefined {
  return workEmail(resource) ?? otherEmail(resource);
}

/** The resource with this address among its own: before the others, and not primary beside a primary one. */
export function withEmail(resource: Resource, email: JsonObject): Resource {
  const emails = objectsAt(resource, 'emails');
  if (emails.includes(email)) return resource;
  return { ...resource, emails: [emails.some(isPrimary) ? { ...email, primary: false } : email, ...emails] };
}

/** The addresses except guests' userNames, which are never used. */
function usable(resource: JsonObject): readonly JsonObject[] {
  return objectsAt(resource, 'emails').filter((email) => isObject(email) && !isGuestName(textAt(email, 'value') ?? ''));
}

function isPrimary(email: JsonObject): boolean {
  return email['primary'] === true;
}
