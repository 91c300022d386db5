import type { StateDump } from '@scim-gateway/collate-simulator';

/** Collate's state with names in place of ids, so that two runs can be compared. */
export interface CollateSnapshot {
  readonly users: readonly object[];
  readonly teams: readonly object[];
  /** `team: user`, by Collate's names. */
  readonly memberships: readonly string[];
  readonly documents: readonly object[];
}

/** The parts of Collate's state that an operation can leave wrong: entities, memberships and documents. */
export function snapshotOf(dump: StateDump): CollateSnapshot {
  const named = createNamer(dump);
  const pick = (entity: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
    Object.fromEntries(fields.flatMap((field) => (entity[field] === undefined ? [] : [[field, entity[field]]])));
  return {
    users: byText(
      dump.users.map((user) =>
        pick(user, ['name', 'email', 'displayName', 'deleted', 'isAdmin', 'isBot', 'scimUserName', 'externalId']),
      ),
    ),
    teams: byText(
      dump.teams.map((team) => pick(team, ['name', 'displayName', 'deleted', 'teamType', 'isJoinable', 'parents'])),
    ),
    memberships: dump.memberships.map(({ team, user }) => `${team}: ${user}`).sort(),
    // The document of a finally deleted user has no effect.
    documents: byText(
      dump.documents.map((document) => named({ name: document['name'], data: document['data'] })),
    ).filter((document) => !JSON.stringify(document).includes('"scim-user-unknown"')),
  };
}

/** An answer with names in place of ids, and without times and versions. */
export function normalize(body: unknown, dump: StateDump): object {
  return createNamer(dump)({ body });
}

function createNamer(dump: StateDump): (value: object) => object {
  const names = new Map<string, string>();
  for (const user of dump.users) names.set(String(user['id']), `user-${String(user['name'])}`);
  for (const team of dump.teams) names.set(String(team['id']), `team-${String(team['name'])}`);
  return (value) => {
    const text = JSON.stringify(value).replace(
      /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g,
      (id) => names.get(id) ?? 'unknown',
    );
    return JSON.parse(text, settle);
  };
}

/** The lists without a meaningful order. */
const sets: ReadonlySet<string> = new Set(['members', 'groups', 'Resources', 'baseline', 'add', 'remove']);

/** The members that differ from run to run. */
const times: ReadonlySet<string> = new Set(['meta', 'version', 'createdAt', 'modifiedAt']);

/** Sorts the members of objects and the items of sets, and drops times and versions. */
function settle(key: string, value: unknown): unknown {
  if (times.has(key)) return undefined;
  if (Array.isArray(value)) return sets.has(key) ? byText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function byText(values: readonly object[]): readonly object[] {
  return [...values].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
