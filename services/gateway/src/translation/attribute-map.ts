import type { ResourceType } from '@scim-gateway/scim';
import { groupResourceType, restrictResourceType, userResourceType } from '@scim-gateway/scim';

/**
 * Where a SCIM attribute lives: in a field of the Collate entity, derived from one, or, where Collate has no field, in our document.
 * What is in no row lives nowhere: it is accepted, not stored and not shown.
 */
export type Home = 'entity' | 'derived' | 'document';

/** Attributes that every deployment stores, by SCIM path. */
const userHomes: Readonly<Record<string, Home>> = {
  id: 'entity',
  userName: 'entity',
  displayName: 'entity',
  active: 'entity',
  'emails.value': 'entity',
  'emails.type': 'derived',
  'emails.primary': 'derived',
  'name.formatted': 'derived',
  'name.givenName': 'derived',
  'name.familyName': 'derived',
  'groups.value': 'entity',
  'groups.$ref': 'derived',
  'groups.display': 'entity',
  'groups.type': 'derived',
};

const groupHomes: Readonly<Record<string, Home>> = {
  id: 'entity',
  displayName: 'entity',
  'members.value': 'entity',
  'members.$ref': 'derived',
  'members.type': 'derived',
  'members.display': 'entity',
};

/** Paths whose remembering has its own rules in `user.ts`; the rest of what is remembered is carried as it is. */
const ownRules = new Set(['externalId', 'name.givenName', 'name.familyName']);

/** Which attributes this deployment stores, and how. */
export interface AttributeMap {
  readonly userType: ResourceType;
  readonly groupType: ResourceType;
  remembers(path: string): boolean;
  /** Remembered user attributes that need no rule but to be kept. */
  readonly carried: readonly string[];
}

/** The map for a deployment that remembers these paths. */
export function createAttributeMap(remembered: readonly string[]): AttributeMap {
  const paths = new Set(remembered);
  const carried = remembered.filter((path) => !ownRules.has(path) && !(path in userHomes));
  return {
    userType: restrictResourceType(userResourceType, isStoredIn(userHomes, [...carried, ...remembered])),
    groupType: restrictResourceType(
      groupResourceType,
      isStoredIn(groupHomes, paths.has('externalId') ? ['externalId'] : []),
    ),
    remembers: (path) => paths.has(path),
    carried,
  };
}

function isStoredIn(homes: Readonly<Record<string, Home>>, remembered: readonly string[]): (path: string) => boolean {
  const stored = [...Object.keys(homes), ...remembered];
  return (path) =>
    stored.some(
      (known) =>
        known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`) || known.startsWith(`${path}:`),
    );
}
