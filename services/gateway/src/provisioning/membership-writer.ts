import type { Team, TeamId, UserId } from '@scim-gateway/collate-client/model';
import { unavailable } from '@scim-gateway/scim';
import { inBatches, mapBounded, parallelCalls } from './concurrency.ts';
import type { Session } from './upstream.ts';

/** Live accounts that are to join, or to leave, one team. */
export interface MembershipChange {
  readonly add: readonly UserId[];
  readonly remove: readonly UserId[];
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
  const { teams } = session.upstream.client;
  for (const batch of inBatches(change.remove, batchSize)) {
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) await teams.removeUser(team.id, only, session.call);
    else await teams.removeUsers(team, batch, session.call);
  }
  for (const batch of inBatches(change.add, batchSize)) await teams.addUsers(team, batch, session.call);
}

async function rewriteEach(team: TeamId, change: MembershipChange, session: Session): Promise<void> {
  await mapBounded(change.remove, parallelCalls / 2, (user) => rewriteTeams(user, team, false, session));
  await mapBounded(change.add, parallelCalls / 2, (user) => rewriteTeams(user, team, true, session));
}

/**
 * The user's side of a membership, for servers without membership endpoints: the whole list of teams, freshly read, is replaced,
 * and read back, since these servers can lose what they acknowledged (collate-live 2.4).
 */
async function rewriteTeams(user: UserId, team: TeamId, joins: boolean, session: Session): Promise<void> {
  const { users } = session.upstream.client;
  for (let attempt = 0; attempt < rewriteAttempts; attempt += 1) {
    const found = await users.findById(user, { fields: ['teams'] }, session.call);
    if (found === undefined) return;
    const present = (found.teams ?? []).filter((reference) => reference.name !== 'Organization').map(({ id }) => id);
    if (present.includes(team) === joins) return;
    const wanted = joins ? [...present, team] : present.filter((id) => id !== team);
    const value = wanted.map((id) => ({ id, type: 'team' }));
    await users.patch(user, [{ op: 'replace', path: '/teams', value }], session.call);
  }
  throw unavailable(`Collate did not keep a change of the teams of user ${user}; try again.`, 5);
}
