import type { EntityReference, Team, TeamId } from '@scim-gateway/collate-client/model';
import { unavailable } from '@scim-gateway/scim';
import { inBatches, mapBounded, parallelCalls } from '../parallel.ts';
import type { Session } from '../session.ts';
import type { Person } from './resolve.ts';

/** Live accounts that are to join, or to leave, one team. */
export interface MembershipChange {
  readonly add: readonly Person[];
  readonly remove: readonly Person[];
}

/** People per call of the membership endpoints; each is a row of work for Collate. */
const batchSize = 250;

/** Attempts to get one person's teams right on a server that can lose an acknowledged write. */
const rewriteAttempts = 4;

/**
 * Makes live accounts join and leave a team of type Group, removals first, by the endpoint that touches the fewest rows and
 * commutes. The caller holds the queue of each person: a change of a person's teams must not run beside another write of that person.
 *
 * @throws CollateError when a call fails; what is done is done, and repeating is safe.
 */
export async function changeMembership(team: Team, change: MembershipChange, session: Session): Promise<void> {
  if (!session.upstream.capabilities.membershipEndpoints) return rewriteEach(team.id, change, session);
  const { teams } = session.collate;
  await removeEach(team, change.remove, session);
  for (const batch of inBatches(change.add, batchSize)) await teams.addUsers(team, toIds(batch));
}

/**
 * By the endpoint whose answer does not grow with the team. It goes by the team's name: where that is not how the server spells it in
 * full, people are removed one by one, by ids, since nothing that is revoked may hang on a spelling.
 */
async function removeEach(team: Team, people: readonly Person[], session: Session): Promise<void> {
  const { teams } = session.collate;
  if (team.fullyQualifiedName !== team.name) {
    await mapBounded(people, parallelCalls / 2, ({ id }) => teams.removeUser(team.id, id));
    return;
  }
  for (const batch of inBatches(people, batchSize)) await teams.removeUsers(team, toIds(batch));
}

function toIds(people: readonly Person[]) {
  return people.map(({ id }) => id);
}

async function rewriteEach(team: TeamId, change: MembershipChange, session: Session): Promise<void> {
  await mapBounded(change.remove, parallelCalls / 2, (person) => rewriteTeams(person, team, false, session));
  await mapBounded(change.add, parallelCalls / 2, (person) => rewriteTeams(person, team, true, session));
}

/**
 * The user's side of a membership, for servers without membership endpoints: the whole list of teams, freshly read, is replaced,
 * and read back, since these servers can lose what they acknowledged (collate-live 2.4).
 */
async function rewriteTeams(person: Person, team: TeamId, joins: boolean, session: Session): Promise<void> {
  const { users } = session.collate;
  const readTeams = async () => (await users.findById(person.id, { fields: ['teams'] }))?.teams;
  let teams = person.user?.teams ?? (await readTeams());
  for (let attempt = 0; attempt < rewriteAttempts; attempt += 1) {
    if (teams === undefined) return;
    const present = realTeams(teams);
    if (present.includes(team) === joins) return;
    const wanted = joins ? [...present, team] : present.filter((id) => id !== team);
    const value = wanted.map((id) => ({ id, type: 'team' }));
    await users.patch(person.id, [{ op: 'replace', path: '/teams', value }]);
    teams = await readTeams();
  }
  if (teams === undefined || realTeams(teams).includes(team) === joins) return;
  throw unavailable(`Collate did not keep a change of the teams of user ${person.id}; try again.`, 5);
}

/** Without the virtual team of those who have none. */
function realTeams(teams: readonly EntityReference[]): readonly string[] {
  return teams.filter(({ name }) => name !== 'Organization').map(({ id }) => id);
}
