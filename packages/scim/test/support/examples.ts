import {
  type AttributeDefinition,
  applyPatch,
  evaluateFilter,
  groupResourceType,
  type JsonObject,
  type JsonValue,
  messageUrn,
  parseFilter,
  parsePatch,
  type QuirkId,
  type Resource,
  type ResourceType,
  schemaUrn,
  type Tolerance,
  userResourceType,
} from '../../src/index.ts';

export const tolerant: Tolerance = { profile: 'tolerant' };
export const strict: Tolerance = { profile: 'strict' };

/** A tolerance that records the accepted quirks. */
export function watchful(profile: Tolerance['profile'] = 'tolerant'): Tolerance & { readonly quirks: QuirkId[] } {
  const quirks: QuirkId[] = [];
  return { profile, quirks, onQuirk: (quirk) => quirks.push(quirk) };
}

export const ada: Resource = {
  schemas: [schemaUrn.user, schemaUrn.enterpriseUser],
  id: 'u1',
  externalId: 'Ext-1',
  userName: 'Ada@Example.com',
  displayName: 'Ada Lovelace',
  active: true,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  addresses: [{ type: 'work', country: 'GB' }],
  meta: { resourceType: 'User', created: '2024-01-01T00:00:00Z', lastModified: '2024-06-01T12:00:00.500+02:00' },
  [schemaUrn.enterpriseUser]: {
    department: 'Engines',
    manager: { value: 'm1', $ref: 'https://example.com/Users/m1', displayName: 'Charles' },
  },
};

/** An attribute with the default characteristics. */
export const plainAttribute: AttributeDefinition = {
  name: 'plain',
  type: 'string',
  multiValued: false,
  description: '',
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
};

/** A group with members of these ids. */
export function groupOf(...ids: readonly string[]): Resource {
  return {
    schemas: [schemaUrn.group],
    id: 'g1',
    displayName: 'Engines',
    ...(ids.length === 0 ? {} : { members: ids.map((value) => ({ value, type: 'User' })) }),
  };
}

/** The ids of a group's members. */
export function memberIds(group: Resource): readonly unknown[] {
  const members = group['members'];
  return Array.isArray(members) ? members.map((member: JsonObject) => member['value']) : [];
}

/** The body of a PATCH. */
export function patchBody(...operations: readonly JsonValue[]): JsonObject {
  return { schemas: [messageUrn.patchOp], Operations: operations };
}

function patch(type: ResourceType, before: Resource, operations: readonly JsonValue[], tolerance: Tolerance): Resource {
  return applyPatch(before, parsePatch(patchBody(...operations), type, tolerance), type, tolerance);
}

export function patchUser(
  operations: readonly JsonValue[],
  tolerance: Tolerance = tolerant,
  before: Resource = ada,
): Resource {
  return patch(userResourceType, before, operations, tolerance);
}

export function patchGroup(
  operations: readonly JsonValue[],
  before: Resource,
  tolerance: Tolerance = tolerant,
): Resource {
  return patch(groupResourceType, before, operations, tolerance);
}

/** Whether a user matches a filter. */
export function matches(text: string, resource: Resource = ada, tolerance: Tolerance = tolerant): boolean {
  return evaluateFilter(parseFilter(text, userResourceType, { tolerance }), resource);
}

/**
 * The factor of CPU time that `work` takes for the larger input. Each time is the least of nine runs, since other
 * processes disturb some.
 */
export function growth(sizes: readonly [number, number], work: (size: number) => () => unknown): number {
  const runs = sizes.map((size) => ({ run: work(size), least: Number.POSITIVE_INFINITY }));
  for (let turn = 0; turn < 9; turn += 1) {
    for (const one of runs) {
      const before = process.cpuUsage();
      one.run();
      const { user, system } = process.cpuUsage(before);
      one.least = Math.min(one.least, user + system);
    }
  }
  const [small, large] = runs.map(({ least }) => Math.max(least, 1));
  return (large ?? Number.NaN) / (small ?? Number.NaN);
}
