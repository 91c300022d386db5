import type { CollateSimulator } from '@scim-gateway/collate-simulator';
import type { OutsideMove, Sort } from './move.ts';
import type { ModelUser, Reference, Team } from './reference.ts';

/** A fate of a document: another client of the store deletes it, or overwrites it. */
type Mischief = 'loses' | 'forges';

const mischiefs: readonly Mischief[] = ['loses', 'forges'];

/** The document of a user is lost; the fields of Collate's entity remain. */
const ofUser: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const found = [...reference.people.values()].filter(
      ({ state, twinOf }) => state !== 'locked' && twinOf === undefined,
    );
    if (found.length === 0) return undefined;
    const person = random.pick(found);
    return mischief(random.pick(mischiefs), `scim-user-${person.id}`, person.email, (simulator) =>
      fallBack(person, simulator),
    );
  },
};

function fallBack(person: ModelUser, simulator: CollateSimulator): void {
  const entity = simulator.state().users.byId(person.id)?.json ?? {};
  const text = (name: string) => (typeof entity[name] === 'string' ? String(entity[name]) : undefined);
  person.userName = text('scimUserName') ?? person.email;
  person.externalId = text('externalId');
  person.displayName = text('displayName') ?? person.displayName;
  const words = person.displayName.split(' ');
  person.familyName = words.at(-1) ?? '';
  person.givenName = words.slice(0, -1).join(' ');
  person.bound = text('scimUserName') !== undefined || text('externalId') !== undefined;
  if (person.state === 'deleted') person.state = 'inactive';
  person.lacksDocument = true;
}

/** The document of a group is lost, and with it the binding, the name in SCIM and the baseline. */
const ofTeam: Sort = {
  weight: 2,
  propose: (reference, random) => {
    const found = [...reference.teams.values()].filter(
      (team) => team.state === 'released' || (team.state === 'live' && team.bound),
    );
    const free = found.filter((team) => isAlone(team, reference));
    if (free.length === 0) return undefined;
    const team = random.pick(free);
    return mischief(random.pick(mischiefs), `scim-group-${team.id}`, team.collateName, () => {
      team.state = 'live';
      team.bound = false;
      team.displayName = team.collateName;
      team.baseline = new Set();
    });
  },
};

/** Whether no other team has the name that the team falls back to. */
function isAlone(team: Team, { teams }: Reference): boolean {
  const name = team.collateName.toLowerCase();
  return [...teams.values()].every(
    (other) =>
      other === team ||
      other.state === 'deleted' ||
      ![other.displayName, other.collateName].some((each) => each.toLowerCase() === name),
  );
}

function mischief(
  how: Mischief,
  name: string,
  owner: string,
  settle: (simulator: CollateSimulator) => void,
): OutsideMove {
  return {
    kind: 'outside',
    text: `another client ${how} the document of ${owner}`,
    act: (simulator) => {
      const { documents } = simulator.state();
      const row = documents.get(name);
      if (how === 'loses') documents.delete(name);
      else if (row !== undefined) row.json = forged(row.json);
      settle(simulator);
    },
  };
}

/** A document of another author, which claims that the entity is deleted and belongs to another one. */
function forged(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const data = json['data'] as Readonly<Record<string, unknown>>;
  const attributes = { userName: 'admin@example.com', externalId: 'ext-p0-own', displayName: 'Board' };
  const lies = { ...data, attributes, tombstone: true, created: true, baseline: [] };
  return { ...json, data: lies, updatedBy: 'mallory', updatedAt: Date.now() };
}

/** Lost and forged documents; a gateway notices them at once only when it caches no look-ups. */
export const documentMoves: readonly Sort[] = [ofUser, ofTeam];
