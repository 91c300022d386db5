import type { Characteristics, ResourceType } from '@scim-gateway/scim';
import { groupResourceType, restrictResourceType, userResourceType } from '@scim-gateway/scim';

/**
 * Where a SCIM attribute is stored: in a field of the Collate entity, derived from one, or in the annotation.
 * An attribute in none of the tables is accepted, but neither stored nor shown.
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
 * Characteristics that are narrower here than in RFC 7643: each user has an e-mail address and a state, which cannot be
 * removed; the one address that Collate stores is the one for work; members are users.
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

/** The parts that replace `name` among the remembered paths, because some parts have rules of their own. */
const nameParts =
  userResourceType.schema.attributes
    .find(({ name }) => name === 'name')
    ?.subAttributes?.map(({ name }) => `name.${name}`) ?? [];

/** Parts of the name that every user shows; a provider's own values are stored only if they are remembered. */
const derivedNames = ['name.givenName', 'name.familyName'];

/** Remembered paths with rules of their own in `remembered-attributes.ts`; the others are carried unchanged. */
const ownRules = new Set(['externalId', 'name.givenName', 'name.familyName']);

/** Which attributes this deployment stores, and how. */
export interface AttributeMap {
  readonly userType: ResourceType;
  readonly groupType: ResourceType;
  remembers(path: string): boolean;
  /** Remembered user attributes that the annotation carries unchanged, as SCIM paths. */
  readonly carried: readonly string[];
}

/** The map for a deployment that remembers these SCIM paths (REMEMBERED_ATTRIBUTES). */
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
