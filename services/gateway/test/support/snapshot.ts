import type { StateDump } from '@scim-gateway/collate-simulator';

/** What Collate holds, with names in the place of ids, so that two runs can be compared. */
export interface CollateSnapshot {
  readonly users: readonly object[];
  readonly teams: readonly object[];
  /** `team: user`, by Collate's names. */
  readonly memberships: readonly string[];
  readonly documents: readonly object[];
}

/** Everything of Collate's state that an operation can leave wrong: entities, who is where, documents. */
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
    // What was noted of an entity that is gone for good speaks of nobody.
    documents: byText(
      dump.documents.map((document) => named({ name: document['name'], data: document['data'] })),
    ).filter((document) => !JSON.stringify(document).includes('"scim-user-gone"')),
  };
}

/** An answer with names in the place of ids and without what tells of time. */
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
      (id) => names.get(id) ?? 'gone',
    );
    return JSON.parse(text, settle);
  };
}

/** Lists whose order says nothing. */
const sets: ReadonlySet<string> = new Set(['members', 'groups', 'Resources', 'baseline', 'add', 'remove']);

/** What tells of a run's time. */
const times: ReadonlySet<string> = new Set(['meta', 'version', 'createdAt', 'modifiedAt']);

/** One order for members of objects and for sets; what tells of a run's time left out. */
function settle(key: string, value: unknown): unknown {
  if (times.has(key)) return undefined;
  if (Array.isArray(value)) return sets.has(key) ? byText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function byText(values: readonly object[]): readonly object[] {
  return [...values].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
