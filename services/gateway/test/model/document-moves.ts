import type { CollateSimulator } from '@scim-gateway/collate-simulator';
import type { OutsideMove, Sort } from './move.ts';
import type { Person, Reference, Team } from './reference.ts';

/** What becomes of a document: it is deleted, or overwritten by somebody who may use the store as well. */
type Mischief = 'loses' | 'forges';

const mischiefs: readonly Mischief[] = ['loses', 'forges'];

/** A person's document goes; what Collate's own entity says is left. */
const ofPerson: Sort = {
  weight: 3,
  propose: (reference, random) => {
    // What waited is in the document alone, and is lost with it: a known cost. So is what hid a membership that Collate keeps.
    const found = [...reference.people.values()].filter(
      ({ state, waits, twinOf, keepsRow }) => state !== 'locked' && !waits && twinOf === undefined && keepsRow !== true,
    );
    if (found.length === 0) return undefined;
    const person = random.pick(found);
    return mischief(random.pick(mischiefs), `scim-user-${person.id}`, person.email, (simulator) =>
      fallBack(person, simulator),
    );
  },
};

function fallBack(person: Person, simulator: CollateSimulator): void {
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

/** A group's document goes: nobody knows any more that a provider bound it, what it called it, or who was in before. */
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

/** Whether nobody else is called as the team would be then. */
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
  whose: string,
  settle: (simulator: CollateSimulator) => void,
): OutsideMove {
  return {
    kind: 'outside',
    text: `somebody ${how} the document of ${whose}`,
    act: (simulator) => {
      const { documents } = simulator.state();
      const row = documents.get(name);
      if (how === 'loses') documents.delete(name);
      else if (row !== undefined) row.json = forged(row.json);
      settle(simulator);
    },
  };
}

/** Claims, in somebody else's name, that the entity is another one's, and deleted. */
function forged(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const data = json['data'] as Readonly<Record<string, unknown>>;
  const attributes = { userName: 'admin@example.com', externalId: 'ext-p0-own', displayName: 'Board' };
  const lies = { ...data, attributes, tombstone: true, created: true, baseline: [] };
  return { ...json, data: lies, updatedBy: 'mallory', updatedAt: Date.now() };
}

/** What happens to documents, which is seen at once only where nothing is kept from earlier look-ups. */
export const documentMoves: readonly Sort[] = [ofPerson, ofTeam];
