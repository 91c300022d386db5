import { groupOf, patchOf } from '../support/scene.ts';
import { filtered, type ProviderMove, replaceValue, type Sort } from './move.ts';
import type { Random } from './random.ts';
import { adopt, move, type Person, type Reference, type Team, visiblePeople, visibleTeams } from './reference.ts';

const names = ['Finance', 'Sales', 'Legal Team', 'Ops', 'ops two', 'Money', 'Board', 'Press'];
const nobody = '00000000-0000-4000-8000-000000000000';
const most = 5;

function drawTeam(reference: Reference, random: Random): Team | undefined {
  const found = visibleTeams(reference);
  return found.length === 0 ? undefined : random.pick(found);
}

function nameOf(id: string, { people }: Reference): string {
  return people.get(id)?.email ?? 'nobody';
}

function shown(ids: readonly string[], reference: Reference): string {
  return ids.map((id) => nameOf(id, reference)).join(' ') || 'none';
}

/** People who may be named as members; now and then somebody deleted, or an id that nobody has. */
function drawPeople(reference: Reference, random: Random, count: number): readonly string[] {
  const known = random.some(visiblePeople(reference), count).map(({ id }) => id);
  if (!random.oneIn(6)) return known;
  const deleted = [...reference.people.values()].filter(({ state }) => state === 'deleted');
  return [...known, deleted.length > 0 && random.oneIn(2) ? random.pick(deleted).id : nobody];
}

function known(ids: readonly string[], { people }: Reference): readonly string[] {
  return ids.filter((id) => (people.get(id) ?? { state: 'deleted' }).state !== 'deleted');
}

function references(ids: readonly string[]): readonly object[] {
  return ids.map((value) => ({ value }));
}

const users = (ids: readonly string[]) => ids.map((id) => `user ${id}`);

const create: Sort = {
  weight: 8,
  propose: (reference, random) => {
    const displayName = random.pick(names);
    const same = (team: Team) => sameName(team.displayName, displayName);
    const found = [...reference.teams.values()].find((team) => team.state !== 'deleted' && same(team));
    const isTaken = found?.state === 'live' && found.bound;
    if (found === undefined && visibleTeams(reference).length >= most) return undefined;
    const ids = drawPeople(reference, random, 4);
    const joining = known(ids, reference);
    const refusal = isTaken ? 409 : joining.length === 0 && ids.length > 0 ? 400 : undefined;
    // A team that was made is left behind by a creation that is refused for its members: which is a look-up's to find.
    if (refusal === 400) return undefined;
    return {
      kind: 'provider',
      text: `POST group ${displayName} of ${shown(ids, reference)}`,
      request: ['POST', '/Groups', groupOf(displayName, ids)],
      ...(refusal === undefined ? {} : { refusal }),
      repeats: 409,
      find: filtered('/Groups', 'displayName', displayName),
      reads: users(ids),
      writes: ['names', ...(found === undefined ? [] : [`group ${found.id}`])],
      apply: (id) => {
        if (refusal === undefined) settleCreation(id, { displayName, found, joining }, reference);
      },
    };
  },
};

interface Creation {
  readonly displayName: string;
  readonly found: Team | undefined;
  readonly joining: readonly string[];
}

function settleCreation(id: string, { displayName, found, joining }: Creation, reference: Reference): void {
  const { teams } = reference;
  if (found !== undefined && found.id !== id) throw new Error(`${displayName} got another id: ${id}, not ${found.id}`);
  if (found === undefined) {
    // Whether a deleted team comes back or a new one is made is Collate's names' to say; the provider sees the same.
    const made = { made: true, bound: true, state: 'live', baseline: new Set<string>() } as const;
    const team: Team = { id, displayName, collateName: displayName, members: new Set(), ...made };
    for (const person of joining) move(person, team, true, reference);
    teams.set(id, team);
    return;
  }
  const bound = found.bound;
  adopt(found);
  const wanted = [...joining, ...[...found.members].filter((person) => found.baseline.has(person))];
  for (const person of bound ? [...found.members] : [])
    if (!wanted.includes(person)) move(person, found, false, reference);
  for (const person of wanted) move(person, found, true, reference);
  found.displayName = displayName;
  found.state = 'live';
}

/** Adding and removing named people, whom no other move may then decide about in this group. */
function ofNamed(team: Team, ids: readonly string[], joins: boolean, reference: Reference): ProviderMove {
  const path = joins || ids.length !== 1 ? 'members' : `members[value eq "${ids[0]}"]`;
  const value = path === 'members' ? { value: references(ids) } : {};
  const people = known(ids, reference);
  const refusal = joins && people.length === 0 ? 400 : undefined;
  return {
    kind: 'provider',
    text: `PATCH group ${team.displayName}: ${joins ? 'add' : 'remove'} ${shown(ids, reference)}`,
    request: ['PATCH', `/Groups/${team.id}`, patchOf({ op: joins ? 'add' : 'remove', path, ...value })],
    ...(refusal === undefined ? {} : { refusal }),
    // The first write to a team decides who was in before it, so there it runs alone.
    reads: [...(team.bound ? [`group ${team.id}`, `members ${team.id}`] : []), ...users(ids)],
    writes: [...(team.bound ? [] : [`group ${team.id}`]), ...ids.map((id) => `member ${team.id} ${id}`)],
    apply: () => {
      if (refusal !== undefined) return;
      const changes = people.some((id) => team.members.has(id) !== joins);
      if (changes) adopt(team);
      for (const id of people) move(id, team, joins, reference);
    },
  };
}

/** Of several people the gateway may not look who is in already, so that a change of nothing adopts the team, or does not. */
function mayAdoptForNothing(team: Team, ids: readonly string[], joins: boolean): boolean {
  return !team.bound && ids.every((id) => team.members.has(id) === joins);
}

const add: Sort = {
  weight: 14,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    const ids = drawPeople(reference, random, random.oneIn(3) ? 4 : 1);
    if (team === undefined || ids.length === 0) return undefined;
    if (mayAdoptForNothing(team, known(ids, reference), true)) return undefined;
    return ofNamed(team, ids, true, reference);
  },
};

const remove: Sort = {
  weight: 12,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    if (team === undefined) return undefined;
    const ids = random.oneIn(4)
      ? drawPeople(reference, random, 3)
      : random.some([...team.members], random.oneIn(3) ? 4 : 1);
    if (ids.length === 0 || mayAdoptForNothing(team, known(ids, reference), false)) return undefined;
    return ofNamed(team, ids, false, reference);
  },
};

const replace: Sort = {
  weight: 6,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    const ids = drawPeople(reference, random, 5);
    const joining = known(ids, reference);
    // Refused where nobody is known; somebody unknown among others is left out.
    if (team === undefined || (joining.length === 0 && ids.length > 0)) return undefined;
    const put = random.oneIn(2);
    const request = put
      ? (['PUT', `/Groups/${team.id}`, groupOf(team.displayName, ids)] as const)
      : (['PATCH', `/Groups/${team.id}`, patchOf(replaceValue('members', references(ids)))] as const);
    const concerned = [...new Set([...ids, ...team.members])];
    return {
      kind: 'provider',
      text: `${put ? 'PUT' : 'PATCH replace'} group ${team.displayName}: ${shown(ids, reference)}`,
      request,
      reads: [...users(concerned)],
      writes: [`group ${team.id}`, `members ${team.id}`, ...(put ? ['names'] : [])],
      apply: () => {
        const same = team.members.size === joining.length && joining.every((id) => team.members.has(id));
        if (!same) adopt(team);
        for (const id of [...team.members]) if (!joining.includes(id)) move(id, team, false, reference);
        for (const id of joining) move(id, team, true, reference);
      },
    };
  },
};

const rename: Sort = {
  weight: 5,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    const displayName = random.pick(names);
    if (team === undefined) return undefined;
    const others = [...reference.teams.values()].filter(({ id, state }) => id !== team.id && state !== 'deleted');
    // A released team's name is free for the provider, but a look-up in Collate's eyes finds two.
    if (others.some(({ state, displayName: name }) => state === 'released' && sameName(name, displayName)))
      return undefined;
    const isTaken = others.some(({ displayName: name }) => sameName(name, displayName));
    return {
      kind: 'provider',
      text: `PATCH group ${team.displayName}: displayName ${displayName}`,
      request: ['PATCH', `/Groups/${team.id}`, patchOf(replaceValue('displayName', displayName))],
      ...(isTaken ? { refusal: 409 } : {}),
      reads: team.bound ? [`group ${team.id}`] : [],
      writes: ['names', `name ${team.id}`, ...(team.bound ? [] : [`group ${team.id}`])],
      apply: () => {
        if (isTaken || team.displayName === displayName) return;
        adopt(team);
        team.displayName = displayName;
        if (team.made) team.collateName = displayName;
      },
    };
  },
};

const removeGroup: Sort = {
  weight: 3,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    if (team === undefined) return undefined;
    return {
      kind: 'provider',
      text: `DELETE group ${team.displayName}`,
      request: ['DELETE', `/Groups/${team.id}`],
      repeats: 404,
      reads: [],
      writes: ['names', `group ${team.id}`, `members ${team.id}`, ...users([...team.members])],
      apply: () => {
        adopt(team);
        for (const id of [...team.members]) {
          if (team.baseline.has(id)) continue;
          const person = reference.people.get(id);
          if (team.made && person !== undefined && person.state !== 'active') person.keepsRow = true;
          move(id, team, false, reference);
        }
        team.state = team.made ? 'deleted' : 'released';
      },
    };
  },
};

const look: Sort = {
  weight: 6,
  propose: (reference, random) => {
    const value = random.pick(names);
    if ([...reference.teams.values()].some(({ bound }) => !bound)) return undefined;
    const ids = visibleTeams(reference).flatMap(({ id, displayName }) => (sameName(displayName, value) ? [id] : []));
    return { kind: 'look', text: `look up group ${value}`, path: filtered('/Groups', 'displayName', value), ids };
  },
};

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A team that somebody made in Collate, of people who are in there. */
const makeTeam: Sort = {
  weight: 4,
  propose: (reference, random) => {
    const name = random.pick(names);
    const isUsed = [...reference.teams.values()].some(
      ({ state, displayName, collateName }) =>
        state !== 'deleted' && (sameName(displayName, name) || sameName(collateName, name)),
    );
    if (isUsed || visibleTeams(reference).length >= most) return undefined;
    const live = visiblePeople(reference).filter(({ state }: Person) => state === 'active');
    const members = random.some(live, 3).map(({ id }) => id);
    return {
      kind: 'outside',
      text: `in Collate, make the team ${name} of ${shown(members, reference)}`,
      act: (simulator) => {
        const state = simulator.state();
        const { id } = state.insertTeam(
          { name: `ui-${reference.teams.size}`, displayName: name, teamType: 'Group' },
          'admin',
        );
        for (const member of members) state.memberships.add(id, member);
        const made = { made: false, bound: false, state: 'live', baseline: new Set<string>() } as const;
        reference.teams.set(id, { id, displayName: name, collateName: name, members: new Set(members), ...made });
      },
    };
  },
};

/** What providers do with groups. */
export const groupMoves: readonly Sort[] = [create, add, remove, replace, rename, removeGroup, look];

/** What is done with teams in Collate, which is seen at once only where nothing is kept from earlier look-ups. */
export const unannouncedTeams: readonly Sort[] = [makeTeam];
