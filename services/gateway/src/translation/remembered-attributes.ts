import type { User } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import type { UserAnnotation } from './annotation.ts';
import type { AttributeMap } from './attribute-map.ts';
import { accountEmail, isWorkEmail } from './emails.ts';
import { deriveNames } from './names.ts';
import { objectAt, textAt, valueAt } from './resource-values.ts';
import { isBound } from './user.ts';

/** The part of a user's annotation that follows from a resource: SCIM path → value, or `null` for a cleared value. */
export type RememberedAttributes = UserAnnotation['attributes'];

/** What a deployment remembers. */
export interface RememberingConditions {
  readonly map: AttributeMap;
  /** Whether the acting principal may change display names in Collate; otherwise a changed one is remembered. */
  readonly writesDisplayName: boolean;
}

/**
 * What the Collate entity, as it is, cannot show of the resource; `null` for an attribute that was cleared and that the
 * entity still contains or implies.
 *
 * @param after a whole resource: an attribute that it lacks is cleared.
 */
export function toRememberedAttributes(
  user: User,
  after: Resource,
  { map, writesDisplayName }: RememberingConditions,
): RememberedAttributes {
  const chosen = accountEmail(after);
  const email = textAt(chosen, 'value');
  const userName = textAt(after, 'userName');
  const displayName = textAt(after, 'displayName');
  const keepsName = after['active'] === false || !writesDisplayName;
  return {
    ...(userName !== undefined && userName !== (user.scimUserName ?? user.email) ? { userName } : {}),
    ...(email !== undefined && email !== user.email ? { email } : {}),
    ...(chosen === undefined || isWorkEmail(chosen) ? {} : { 'emails.type': chosen['type'] ?? null }),
    ...(chosen?.['primary'] === false ? { 'emails.primary': false } : {}),
    ...(keepsName && displayName !== user.displayName ? { displayName: displayName ?? null } : {}),
    ...rememberedExternalId(user, after, map),
    ...rememberedNames(after, displayName ?? user.name, map),
    ...carriedAttributes(after, map),
  };
}

/** Whether the annotation has to be stored: it contains something, or nothing else marks the user as provisioned. */
export function needsDocument(user: User, { attributes, waiting, tombstone, unfinished }: UserAnnotation): boolean {
  const entries = Object.keys(attributes).length + waiting.add.length + waiting.remove.length;
  return entries > 0 || tombstone || unfinished || !isBound({ user, annotation: undefined });
}

function rememberedExternalId(user: User, after: Resource, map: AttributeMap): RememberedAttributes {
  if (!map.remembers('externalId')) return {};
  const externalId = textAt(after, 'externalId');
  return externalId === user.externalId ? {} : { externalId: externalId ?? null };
}

/** The parts of the name that the display name does not imply, and those that were cleared. */
function rememberedNames(after: Resource, displayName: string, map: AttributeMap): RememberedAttributes {
  const name = objectAt(after, 'name');
  const derived = deriveNames(displayName);
  const part = (key: 'givenName' | 'familyName'): RememberedAttributes => {
    const path = `name.${key}`;
    const value = textAt(name, key);
    return !map.remembers(path) || value === derived[key] ? {} : { [path]: value ?? null };
  };
  const whole = textAt(name, 'formatted') === undefined ? { 'name.formatted': null } : {};
  return { ...whole, ...part('givenName'), ...part('familyName') };
}

function carriedAttributes(after: Resource, map: AttributeMap): RememberedAttributes {
  return Object.fromEntries(
    map.carried.flatMap((path) => {
      const value = valueAt(after, path);
      return value === undefined || value === null ? [] : [[path, value]];
    }),
  );
}
