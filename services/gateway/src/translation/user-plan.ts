import { equalJson, isObject, type Resource } from '@scim-gateway/scim';
import type { UserAnnotation } from './annotation.ts';
import { emptyUserAnnotation } from './annotation.ts';
import type { AttributeMap } from './attribute-map.ts';
import { deriveNames, equalsIgnoringCase } from './names.ts';
import { objectAt, primaryEmail, textAt, valueAt } from './resource-values.ts';
import { isBound, shownEmail, shownUserName, type UserState } from './user.ts';

/** The fewest changes that turn what Collate holds of a user into what was asked for. */
export interface UserPlan {
  /** Present only when the account's state changes. */
  readonly active?: boolean;
  /** Present only when Collate's display name changes; `undefined` inside clears it. */
  readonly displayName?: { readonly value: string | undefined };
  /** The annotation as it should be afterwards; present only when it changes. */
  readonly annotation?: UserAnnotation;
  /** The provider's e-mail is, from now on, another one than Collate's. */
  readonly changesEmail: boolean;
  /** The provider's userName is, from now on, one that Collate has no field for. */
  readonly changesUserName: boolean;
}

/** The part of a user's annotation that follows from a resource. */
export type RememberedAttributes = UserAnnotation['attributes'];

/**
 * What has to change so that Collate shows `after`. Calling it with the resource that Collate shows already plans nothing.
 *
 * While the user is or becomes inactive no other field of the entity can be written (Collate answers 404), so a new display
 * name waits in the annotation.
 */
export function planUser(state: UserState, after: Resource, provider: string, map: AttributeMap): UserPlan {
  const active = after['active'] !== false;
  const changesActive = active === state.user.deleted;
  const displayName = textAt(after, 'displayName');
  const attributes = toRememberedAttributes(state, after, map);
  const annotation = { ...(state.annotation ?? emptyUserAnnotation(state.user, provider)), attributes };
  return {
    ...(changesActive ? { active } : {}),
    ...(active && displayName !== state.user.displayName ? { displayName: { value: displayName } } : {}),
    ...(equalJson(attributes, state.annotation?.attributes ?? {}) ? {} : { annotation }),
    changesEmail: isAnother(attributes['email'], shownEmail(state)),
    changesUserName: isAnother(attributes['userName'], shownUserName(state)),
  };
}

/** Whether the plan asks for any write at all. */
export function isEmptyPlan(plan: UserPlan): boolean {
  return plan.active === undefined && plan.displayName === undefined && plan.annotation === undefined;
}

/** Whether a user needs a document: it says something, or nothing else tells that the user is bound. */
export function needsDocument(state: UserState, annotation: UserAnnotation): boolean {
  const { add, remove } = annotation.waiting;
  const saysSomething =
    Object.keys(annotation.attributes).length + add.length + remove.length > 0 ||
    annotation.tombstone ||
    annotation.unfinished;
  return saysSomething || !isBound({ user: state.user, annotation: undefined });
}

/**
 * What of the resource the Collate entity, as it is, cannot show; `null` for what was cleared and the entity still holds or implies.
 *
 * @param after a whole resource: what it lacks is cleared.
 */
export function toRememberedAttributes(state: UserState, after: Resource, map: AttributeMap): RememberedAttributes {
  const { user } = state;
  const chosen = primaryEmail(after);
  const email = textAt(chosen, 'value');
  const userName = textAt(after, 'userName');
  const displayName = textAt(after, 'displayName');
  const inactive = after['active'] === false;
  return {
    ...(userName !== undefined && userName !== (user.scimUserName ?? user.email) ? { userName } : {}),
    ...(email !== undefined && email !== user.email ? { email } : {}),
    ...(chosen?.['primary'] === false ? { 'emails.primary': false } : {}),
    ...(inactive && displayName !== user.displayName ? { displayName: displayName ?? null } : {}),
    ...rememberedExternalId(state, after, map),
    ...rememberedNames(after, displayName ?? user.name, map),
    ...carriedAttributes(after, map),
  };
}

function rememberedExternalId({ user }: UserState, after: Resource, map: AttributeMap): RememberedAttributes {
  if (!map.remembers('externalId')) return {};
  const externalId = textAt(after, 'externalId');
  return externalId === user.externalId ? {} : { externalId: externalId ?? null };
}

/** The parts of the name that cannot be read off the display name, and which were cleared. */
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
 * The resource that a PUT means: absent `name`, `displayName`, `emails`, `externalId` and `active` stay (`okta.partial-deactivate-put`),
 * and a deactivation changes nothing else. Where `displayName` is absent, `name.formatted` stands for it, as at creation.
 */
export function mergeReplacement(before: Resource, incoming: Resource): Resource {
  if (incoming['active'] === false) return { ...before, active: false };
  const { id, meta, groups, schemas, name, displayName, emails, externalId, active } = before;
  const formatted = textAt(objectAt(incoming, 'name'), 'formatted');
  const kept = { id, meta, groups, schemas, displayName: formatted ?? displayName, emails, externalId, active };
  const merged = { ...kept, ...incoming, id, meta, groups, name: { ...objectOf(name), ...objectAt(incoming, 'name') } };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function objectOf(value: Resource[string] | undefined): Resource {
  return isObject(value) ? value : {};
}

/** Another spelling of the same address is no change that anybody could refuse. */
function isAnother(next: unknown, shown: string): boolean {
  return typeof next === 'string' && !equalsIgnoringCase(next, shown);
}
