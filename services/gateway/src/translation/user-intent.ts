import {
  invalidValue,
  type JsonObject,
  mutability,
  type PatchOperation,
  type Resource,
  type Tolerance,
} from '@scim-gateway/scim';
import type { AttributeMap } from './attribute-map.ts';
import { accountEmail, isWorkEmail, withEmail, workEmail } from './emails.ts';
import { objectAt, objectsAt, textAt } from './resource-values.ts';

/** The display name of a new user: as sent, else the formatted name, else given and family name, else the userName. */
export function initialDisplayName(resource: Resource): string {
  const name = objectAt(resource, 'name') ?? {};
  const parts = [textAt(name, 'givenName'), textAt(name, 'familyName')].filter((part) => part !== undefined);
  return (
    textAt(resource, 'displayName') ??
    textAt(name, 'formatted') ??
    (parts.length > 0 ? parts.join(' ') : (textAt(resource, 'userName') ?? ''))
  );
}

/**
 * The changed user, with `active` and the e-mail address of the account from before where the change removes them: every
 * Collate user has both. An address of another type never takes the place of a work address.
 *
 * @throws ScimError `mutability` instead, for a client of the strict profile.
 */
export function withKeptValues(before: Resource, after: Resource, tolerance: Tolerance): Resource {
  const email = accountEmail(before);
  const isEmailLost =
    email !== undefined && (isWorkEmail(email) ? workEmail(after) : accountEmail(after)) === undefined;
  const lost = [...(after['active'] === undefined ? ['active'] : []), ...(isEmailLost ? ['emails'] : [])];
  if (lost.length === 0) return after;
  if (tolerance.profile === 'strict')
    throw mutability(`${lost.join(', ')}: every user has one, and it cannot be removed. Send a new value instead.`);
  const kept = { ...after, active: after['active'] ?? before['active'] ?? true };
  return isEmailLost ? withEmail(kept, email) : kept;
}

/**
 * The resource that a PUT means. Absent `name`, `displayName`, `emails`, `externalId` and `active` stay as they are,
 * and a deactivation changes nothing else (quirk `okta.partial-deactivate-put`). Where `displayName` is absent,
 * `name.formatted` replaces it, as at creation.
 */
export function mergeReplacement(before: Resource, incoming: Resource): Resource {
  if (incoming['active'] === false) return { ...before, active: false };
  const { id, meta, groups, schemas, displayName, emails, externalId, active } = before;
  const name = { ...objectAt(before, 'name'), ...objectAt(incoming, 'name') };
  const formatted = textAt(objectAt(incoming, 'name'), 'formatted');
  const kept = { id, meta, groups, schemas, displayName: formatted ?? displayName, emails, externalId, active };
  const merged = { ...kept, ...incoming, id, meta, groups, name };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/**
 * The patched user with an added work address in the place of the old one: Collate stores one address. Where the
 * deployment remembers all addresses, both stay.
 */
export function withAddedEmail(
  before: Resource,
  after: Resource,
  { operations, map }: { readonly operations: readonly PatchOperation[]; readonly map: AttributeMap },
): Resource {
  if (map.carried.includes('emails') || !operations.some(addsEmails)) return after;
  const known = new Set(objectsAt(before, 'emails').map(({ value }) => value));
  const added = objectsAt(after, 'emails').filter((email) => !known.has(email['value'] ?? null));
  const chosen = workEmail({ emails: added });
  return chosen === undefined ? after : { ...after, emails: [chosen] };
}

/**
 * The patched user with its new formatted name as display name: Collate stores both as one value. If the operations name
 * both, `displayName` counts, in either order, so that a repetition changes nothing.
 */
export function withFormattedName(after: Resource, operations: readonly PatchOperation[]): Resource {
  const names = (name: string) => operations.some(({ target }) => target.path.text === name);
  const formatted = textAt(objectAt(after, 'name'), 'formatted');
  const counts = names('name.formatted') && !names('displayName') && formatted !== undefined;
  return counts ? { ...after, displayName: formatted } : after;
}

function addsEmails({ op, target: { path, filter } }: PatchOperation): boolean {
  const isWhole = filter === undefined && path.subAttribute === undefined;
  return op === 'add' && isWhole && path.attribute.name === 'emails';
}

/**
 * Returns the resource itself. E-mail addresses of types other than work are accepted, but not stored.
 *
 * @throws ScimError `invalidValue` for such an address from a client of the strict profile.
 */
export function assertEmailsKept(resource: Resource, tolerance: Tolerance): Resource {
  if (tolerance.profile !== 'strict') return resource;
  const other = objectsAt(resource, 'emails').find((email) => !isWorkEmail(email));
  if (other !== undefined)
    throw invalidValue(
      `emails: an address of type ${describeType(other)} is not stored. Send one address, of type work.`,
    );
  return resource;
}

function describeType({ type }: JsonObject): string {
  return JSON.stringify(type).slice(0, 40);
}
