import type { EntityReference, User } from '@scim-gateway/collate-client/model';
import type { JsonObject, JsonValue, Resource } from '@scim-gateway/scim';
import { schemaUrn } from '@scim-gateway/scim';
import { creationOf, type UserAnnotation } from './annotation.ts';
import type { AttributeMap } from './attribute-map.ts';
import { isAccountAddress } from './emails.ts';
import { deriveNames, equalsIgnoringCase } from './names.ts';
import type { UserLookup } from './query.ts';
import { withValueAt } from './resource-values.ts';

/** One user as Collate stores it: the entity, and the gateway's annotation. */
export interface UserState {
  readonly user: User;
  readonly annotation: UserAnnotation | undefined;
}

/** What showing a resource needs besides its state. */
export interface Presentation {
  readonly map: AttributeMap;
  /** The resource's URL, from its endpoint (`/Users`) and id. */
  locate(endpoint: string, id: string): string;
}

/** A user as SCIM shows it; `groups` only when the caller has read them. */
export function toScimUser(
  state: UserState,
  presentation: Presentation,
  groups?: readonly EntityReference[],
): Resource {
  const { user } = state;
  const { map } = presentation;
  const resource: Record<string, JsonValue> = { schemas: [schemaUrn.user], id: user.id };
  set(resource, 'externalId', shownExternalId(state, map));
  resource['userName'] = shownUserName(state);
  set(resource, 'displayName', shownDisplayName(state));
  set(resource, 'name', shownName(state, map));
  resource['active'] = !user.deleted;
  const type = remembered(state.annotation, 'emails.type') ?? 'work';
  resource['emails'] = [{ value: shownEmail(state), type, primary: isEmailPrimary(state) }];
  if (groups !== undefined && groups.length > 0)
    resource['groups'] = groups.map((group) => toGroupReference(group, presentation));
  resource['meta'] = toMeta('User', user, presentation, state.annotation);
  return withCarried(resource, state, map);
}

/** The userName that the provider sent last, else the one stored at creation, else the e-mail address. */
export function shownUserName({ user, annotation }: UserState): string {
  return remembered(annotation, 'userName') ?? user.scimUserName ?? user.email;
}

/** The e-mail address that the provider sent last, else Collate's own. */
export function shownEmail({ user, annotation }: UserState): string {
  return remembered(annotation, 'email') ?? user.email;
}

/** The remembered e-mail address and userName that belong to the user's work account. */
export function workAddresses({ annotation }: UserState): readonly string[] {
  const isWork = remembered(annotation, 'emails.type') === undefined;
  const addresses = [isWork ? remembered(annotation, 'email') : undefined, remembered(annotation, 'userName')];
  return addresses.flatMap((address) => (address !== undefined && isAccountAddress(address) ? [address] : []));
}

/** The provider's own identifier, unless the provider has cleared it or the deployment does not remember it. */
export function shownExternalId({ user, annotation }: UserState, map: AttributeMap): string | undefined {
  if (!map.remembers('externalId')) return undefined;
  if (isCleared(annotation, 'externalId')) return undefined;
  return remembered(annotation, 'externalId') ?? user.externalId;
}

/** The one address is the primary one unless the provider has sent `primary: false`. */
function isEmailPrimary({ annotation }: UserState): boolean {
  return annotation?.attributes['emails.primary'] !== false;
}

/** The display name, or that it was cleared, from the annotation of an inactive user; else Collate's own. */
export function shownDisplayName({ user, annotation }: UserState): string | undefined {
  if (isCleared(annotation, 'displayName')) return undefined;
  return remembered(annotation, 'displayName') ?? user.displayName;
}

/** Whether SCIM shows the user with this value. Case does not count, except in an `externalId`. */
export function matchesLookup(state: UserState, { by, value }: UserLookup, map: AttributeMap): boolean {
  switch (by) {
    case 'id':
      return equalsIgnoringCase(state.user.id, value);
    case 'externalId':
      return shownExternalId(state, map) === value;
    case 'userName':
      return equalsIgnoringCase(shownUserName(state), value);
    case 'email':
      return equalsIgnoringCase(shownEmail(state), value);
  }
}

/** The names that lead to the account: the userName and e-mail address that SCIM shows, and Collate's own address. */
export function namesOf(state: UserState): readonly string[] {
  return [shownUserName(state), shownEmail(state), state.user.email];
}

/** Whether a field or the annotation marks the user as provisioned through SCIM; an unfinished adoption does not. */
export function isBound({ user, annotation }: UserState): boolean {
  const isAdopting = annotation?.unfinished === true && !annotation.tombstone;
  return (annotation !== undefined && !isAdopting) || user.externalId !== undefined || user.scimUserName !== undefined;
}

/** Whether the provider deleted the user, and the account has not been restored since. */
export function isTombstone({ user, annotation }: UserState): boolean {
  return user.deleted && annotation?.tombstone === true;
}

/** `meta` of a resource; `created` only where an annotation or a first version shows it, since Collate does not. */
export function toMeta(
  resourceType: 'User' | 'Group',
  entity: { readonly id: string; readonly version: number; readonly updatedAt: number },
  presentation: Presentation,
  annotation: Partial<Pick<UserAnnotation, 'createdAt' | 'modifiedAt'>> = {},
): JsonObject {
  const lastModified = toDateTime(Math.max(entity.updatedAt, annotation.modifiedAt ?? 0));
  const location = presentation.locate(`/${resourceType}s`, entity.id);
  const createdAt = annotation.createdAt ?? creationOf(entity);
  if (createdAt === undefined) return { resourceType, lastModified, location };
  return { resourceType, created: toDateTime(createdAt), lastModified, location };
}

function toDateTime(millis: number): string {
  return new Date(millis).toISOString();
}

/** The name: `formatted` is the display name, its parts are the provider's own, else derived; undefined if cleared. */
export function shownName(state: UserState, map: AttributeMap): JsonObject | undefined {
  const { annotation } = state;
  const formatted = shownDisplayName(state) ?? state.user.name;
  const derived = deriveNames(formatted);
  const part = (path: string, otherwise: string): string | undefined => {
    if (!map.remembers(path)) return otherwise;
    return isCleared(annotation, path) ? undefined : (remembered(annotation, path) ?? otherwise);
  };
  const name: Record<string, JsonValue> = {};
  if (!isCleared(annotation, 'name.formatted')) name['formatted'] = formatted;
  set(name, 'familyName', part('name.familyName', derived.familyName));
  set(name, 'givenName', part('name.givenName', derived.givenName));
  return Object.keys(name).length === 0 ? undefined : name;
}

function isCleared(annotation: UserAnnotation | undefined, path: string): boolean {
  return annotation?.attributes[path] === null;
}

function withCarried(resource: Resource, { annotation }: UserState, map: AttributeMap): Resource {
  if (annotation === undefined) return resource;
  return map.carried.reduce((kept, path) => {
    const value = annotation.attributes[path];
    if (value === undefined || value === null) return kept;
    const urn = path.toLowerCase().startsWith('urn:') ? path.slice(0, path.lastIndexOf(':')) : undefined;
    return withSchema(withValueAt(kept, path, value), urn);
  }, resource);
}

function withSchema(resource: Resource, urn: string | undefined): Resource {
  const schemas = Array.isArray(resource['schemas']) ? resource['schemas'] : [];
  return urn === undefined || schemas.includes(urn) ? resource : { ...resource, schemas: [...schemas, urn] };
}

function toGroupReference(group: EntityReference, presentation: Presentation): JsonObject {
  return {
    value: group.id,
    $ref: presentation.locate('/Groups', group.id),
    display: group.displayName ?? group.name ?? group.id,
    type: 'direct',
  };
}

function remembered(annotation: UserAnnotation | undefined, path: string): string | undefined {
  const value = annotation?.attributes[path];
  return typeof value === 'string' ? value : undefined;
}

/** Sets a value that exists. Assigning costs less than spreading, and each request shows a user. */
function set(target: Record<string, JsonValue>, name: string, value: JsonValue | undefined): void {
  if (value !== undefined) target[name] = value;
}
