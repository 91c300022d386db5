import type { Characteristics, ResourceType } from '@scim-gateway/scim';
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

/**
 * What holds of attributes here and is narrower than the RFC: each user has an e-mail and a state, which nobody can take away; the one
 * address that Collate keeps is the one for work; members are users.
 */
const userCharacteristics: Readonly<Record<string, Characteristics>> = {
  active: { required: true },
  emails: { required: true },
  'emails.value': { required: true },
  'emails.type': { canonicalValues: ['work'] },
};

const groupCharacteristics: Readonly<Record<string, Characteristics>> = {
  'members.type': { canonicalValues: ['User'] },
};

/** A whole name is remembered part by part, since some parts have rules of their own. */
const nameParts =
  userResourceType.schema.attributes
    .find(({ name }) => name === 'name')
    ?.subAttributes?.map(({ name }) => `name.${name}`) ?? [];

/** Shown of every user; what a provider says of them is kept only where they are remembered. */
const derivedNames = ['name.givenName', 'name.familyName'];

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
export function createAttributeMap(chosen: readonly string[]): AttributeMap {
  const remembered = chosen.flatMap((path) => (path === 'name' ? nameParts : path));
  const paths = new Set(remembered);
  const carried = remembered.filter((path) => !ownRules.has(path) && !(path in userHomes));
  const readOnlyNames = derivedNames
    .filter((path) => !paths.has(path))
    .map((path) => [path, { mutability: 'readOnly' }]);
  return {
    userType: restrictResourceType(
      userResourceType,
      describedBy([...Object.keys(userHomes), ...carried, ...remembered], {
        ...userCharacteristics,
        ...Object.fromEntries(readOnlyNames),
      }),
    ),
    groupType: restrictResourceType(
      groupResourceType,
      describedBy(
        [...Object.keys(groupHomes), ...(paths.has('externalId') ? ['externalId'] : [])],
        groupCharacteristics,
      ),
    ),
    remembers: (path) => paths.has(path),
    carried,
  };
}

function describedBy(
  stored: readonly string[],
  characteristics: Readonly<Record<string, Characteristics>>,
): (path: string) => Characteristics | undefined {
  const isStored = (path: string) =>
    stored.some(
      (known) =>
        known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`) || known.startsWith(`${path}:`),
    );
  return (path) => (isStored(path) ? (characteristics[path] ?? {}) : undefined);
}
