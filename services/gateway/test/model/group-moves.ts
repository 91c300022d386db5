import { groupOf, patchOf } from '../support/fixtures.ts';
import { filtered, type ProviderMove, replaceValue, type Sort } from './move.ts';
import type { Random } from './random.ts';
import { adopt, type ModelUser, move, type Reference, type Team, visibleTeams, visibleUsers } from './reference.ts';

const names = ['Finance', 'Sales', 'Legal Team', 'Ops', 'ops two', 'Money', 'Board', 'Press'];
const unknownId = '00000000-0000-4000-8000-000000000000';
const most = 5;

function drawTeam(reference: Reference, random: Random): Team | undefined {
  const found = visibleTeams(reference);
  return found.length === 0 ? undefined : random.pick(found);
}

function nameOf(id: string, { people }: Reference): string {
  return people.get(id)?.email ?? 'unknown';
}

function shown(ids: readonly string[], reference: Reference): string {
  return ids.map((id) => nameOf(id, reference)).join(' ') || 'none';
}

/** Ids to use as members; now and then that of a deleted user, or an unknown one. */
function drawUsers(reference: Reference, random: Random, count: number): readonly string[] {
  const known = random.some(visibleUsers(reference), count).map(({ id }) => id);
  if (!random.oneIn(4)) return known;
  const deleted = [...reference.people.values()].filter(({ state }) => state === 'deleted');
  return [...known, deleted.length > 0 && random.oneIn(2) ? random.pick(deleted).id : unknownId];
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
    const candidates = [...reference.teams.values()].filter((team) => answersTo(team, displayName));
    const found = candidates.find(({ state, bound }) => state === 'live' && bound) ?? candidates[0];
    // Spelling and origin decide between several, which the model ignores.
    if (found?.state !== 'live' && candidates.length > 1) return undefined;
    const isTaken = found?.state === 'live' && found.bound;
    if (found === undefined && visibleTeams(reference).length >= most) return undefined;
    const ids = drawUsers(reference, random, 4);
    const joining = known(ids, reference);
    const refusal = isTaken ? 409 : joining.length === 0 && ids.length > 0 ? 400 : undefined;
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

/** Whether a creation under this name meets the team. A released team also has its name in Collate. */
function answersTo({ state, displayName, collateName }: Team, name: string): boolean {
  if (state === 'deleted') return false;
  return sameName(displayName, name) || (state === 'released' && sameName(collateName, name));
}

interface Creation {
  readonly displayName: string;
  readonly found: Team | undefined;
  readonly joining: readonly string[];
}

function settleCreation(id: string, { displayName, found, joining }: Creation, reference: Reference): void {
  const { teams } = reference;
  if (found !== undefined && found.id !== id) throw new Error(`${displayName} got another id: ${id}, not ${found.id}`);
  if (found === undefined) {
    // Collate's names decide whether a deleted team is restored or a new one created; SCIM shows the same.
    const made = { made: true, bound: true, state: 'live', baseline: new Set<string>() } as const;
    const team: Team = { id, displayName, collateName: displayName, members: new Set(), ...made };
    for (const person of joining) move(person, team, true);
    teams.set(id, team);
    return;
  }
  const bound = found.bound;
  adopt(found);
  const wanted = [...joining, ...[...found.members].filter((person) => found.baseline.has(person))];
  for (const person of bound ? [...found.members] : []) if (!wanted.includes(person)) move(person, found, false);
  for (const person of wanted) move(person, found, true);
  found.displayName = displayName;
  found.state = 'live';
}

/** Adds or removes named users; no concurrent move may change their membership of this group. */
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
    // The first write to a team determines its baseline, so it runs alone.
    reads: [...(team.bound ? [`group ${team.id}`, `members ${team.id}`] : []), ...users(ids)],
    writes: [...(team.bound ? [] : [`group ${team.id}`]), ...ids.map((id) => `member ${team.id} ${id}`)],
    apply: () => {
      if (refusal !== undefined) return;
      const changes = people.some((id) => team.members.has(id) !== joins);
      if (changes) adopt(team);
      for (const id of people) move(id, team, joins);
    },
  };
}

/** With several users the gateway may skip reading the members, so a change without effect may or may not adopt the team. */
function mayAdoptForNothing(team: Team, ids: readonly string[], joins: boolean): boolean {
  return !team.bound && ids.every((id) => team.members.has(id) === joins);
}

const add: Sort = {
  weight: 14,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    const ids = drawUsers(reference, random, random.oneIn(3) ? 4 : 1);
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
      ? drawUsers(reference, random, 3)
      : random.some([...team.members], random.oneIn(3) ? 4 : 1);
    if (ids.length === 0 || mayAdoptForNothing(team, known(ids, reference), false)) return undefined;
    return ofNamed(team, ids, false, reference);
  },
};

const replace: Sort = {
  weight: 6,
  propose: (reference, random) => {
    const team = drawTeam(reference, random);
    const ids = drawUsers(reference, random, 5);
    const joining = known(ids, reference);
    // The gateway refuses a list of unknown ids, and skips an unknown id among others.
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
        for (const id of [...team.members]) if (!joining.includes(id)) move(id, team, false);
        for (const id of joining) move(id, team, true);
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
    // A provider may reuse the name of a released team, but a look-up in Collate then finds two teams.
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
        if (team.made && reference.renames) team.collateName = displayName;
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
          move(id, team, false);
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

/** Creates a team in Collate with active users as members. */
const makeTeam: Sort = {
  weight: 4,
  propose: (reference, random) => {
    const name = random.pick(names);
    const isUsed = [...reference.teams.values()].some(
      ({ state, displayName, collateName }) =>
        state !== 'deleted' && (sameName(displayName, name) || sameName(collateName, name)),
    );
    if (isUsed || visibleTeams(reference).length >= most) return undefined;
    const live = visibleUsers(reference).filter(({ state }: ModelUser) => state === 'active');
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

/** The moves of providers on groups. */
export const groupMoves: readonly Sort[] = [create, add, remove, replace, rename, removeGroup, look];

/** Moves on teams in Collate; a gateway notices them at once only when it caches no look-ups. */
export const unannouncedTeams: readonly Sort[] = [makeTeam];
