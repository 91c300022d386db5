import type { Generation } from '../generation.ts';

const common = ['Create', 'Delete', 'ViewAll', 'ViewBasic', 'EditAll', 'EditDescription', 'EditDisplayName'];
const tags = ['EditGlossaryTerms', 'EditTier'];

/** The operations of each resource, in the server's order. Of the 81 resources of a server those that a gateway may ask for. */
const operations: Readonly<Record<string, readonly string[]>> = {
  bot: [...common, ...tags],
  document: [...common, ...tags],
  policy: [...common, ...tags],
  role: [...common, ...tags],
  team: [...common, 'EditPolicy', 'EditOwners', 'EditRole', ...tags, 'EditUsers'],
  user: [...common, 'EditRole', 'EditGlossaryTerms', 'EditTeams', 'EditTier'],
};

/** The resources of a server. Generation 1.1 has no documents. */
export function resourcesOf(generation: Generation): readonly string[] {
  return Object.keys(operations).filter((resource) => generation !== '1.1' || resource !== 'document');
}

/** The operations of a resource. */
export function operationsOf(resource: string): readonly string[] {
  return operations[resource] ?? [];
}

const editOperations: Readonly<Record<string, string>> = {
  defaultRoles: 'EditRole',
  description: 'EditDescription',
  displayName: 'EditDisplayName',
  extension: 'EditCustomFields',
  owners: 'EditOwners',
  policies: 'EditPolicy',
  roles: 'EditRole',
  tags: 'EditTags',
  teams: 'EditTeams',
  users: 'EditUsers',
};

/** The operations that the steps of a JSON Patch need: by the first known name in each path, else `EditAll`. */
export function operationsOfPatch(steps: readonly { readonly path: string }[]): readonly string[] {
  const needed = steps.map(({ path }) => {
    const name = path.split('/').find((part) => Object.hasOwn(editOperations, part));
    return name === undefined ? 'EditAll' : String(editOperations[name]);
  });
  return [...new Set(needed)];
}

/** The fields of users that `ViewBasic` shows. */
const basicFields = new Set(['profile', 'roles', 'teams', 'follows', 'owns']);

/** The operation that reading an entity with some `fields` needs. Generation 1.1 always asks for `ViewAll`. */
export function viewOperation(generation: Generation, resource: string, fields: ReadonlySet<string>): string {
  const isBasic = [...fields].every((field) => resource === 'user' && basicFields.has(field));
  return generation !== '1.1' && isBasic ? 'ViewBasic' : 'ViewAll';
}
