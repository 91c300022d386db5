import { inBatches } from '@scim-gateway/cache';
import { CollateError, replaceList, type Team, type TeamId, type UserId } from '@scim-gateway/collate-client/model';
import { unavailable } from '@scim-gateway/scim';
import pMap from 'p-map';
import { teamIds } from '../../translation/membership.ts';
import type { Session } from '../session.ts';
import type { NamedUser } from './resolve.ts';

/** Users to add to one team and to remove from it. */
export interface MembershipChange {
  readonly add: readonly NamedUser[];
  readonly remove: readonly NamedUser[];
}

/** What Collate's answers show of the users that were named without having been read. */
export interface WrittenMembers {
  /** Ids that no user has: Collate stored them, and they have been removed again. */
  readonly unknown: readonly UserId[];
  /** Inactive users that were added. */
  readonly inactive: readonly UserId[];
}

/** Users per call of the membership endpoints: Collate updates one row for each. */
const batchSize = 250;

/** Calls for single users that one change has in flight. */
const concurrentCalls = 8;

/** Attempts to change one user's teams on a server that can lose an acknowledged write. */
const rewriteAttempts = 4;

/**
 * Removes users from a team of type Group, then adds others, by the endpoint that writes the fewest rows.
 *
 * The caller has locked each user: a concurrent write of the same user would rewrite all its memberships.
 *
 * @throws CollateError when a call fails; earlier calls stay in effect, and the change can be repeated.
 */
export async function changeMembership(
  team: Team,
  change: MembershipChange,
  session: Session,
): Promise<WrittenMembers> {
  if (!session.upstream.capabilities.membershipEndpoints) {
    await rewriteEach(team.id, change, session);
    return { unknown: [], inactive: [] };
  }
  await removeEach(team, change.remove, session);
  const unknown: UserId[] = [];
  const inactive: UserId[] = [];
  for (const batch of inBatches(change.add, batchSize)) {
    const added = await session.collate.teams.addUsers(team, toIds(batch));
    unknown.push(...(await removeUnknown(team, added.unnamed, session)));
    inactive.push(...added.inactive);
  }
  return { unknown, inactive };
}

/**
 * Removes ids that no user has from the team again. Each is read before, because a server may leave out the names of
 * users as well.
 *
 * @returns the removed ids.
 */
async function removeUnknown(team: Team, unnamed: readonly UserId[], session: Session): Promise<readonly UserId[]> {
  const { users, teams } = session.collate;
  const exists = await pMap(unnamed, async (id) => (await users.findById(id, { include: 'all' })) !== undefined, {
    concurrency: concurrentCalls,
  });
  const unknown = unnamed.filter((_, index) => exists[index] === false);
  await teams.removeUsers(team, unknown);
  return unknown;
}

/**
 * Removes users in batches, by the endpoint whose answer does not grow with the team. That endpoint takes the team's
 * fully qualified name. Where it differs from the plain name, users are removed one by one by id: no revocation may
 * depend on how a name is quoted.
 */
async function removeEach(team: Team, members: readonly NamedUser[], session: Session): Promise<void> {
  const { teams } = session.collate;
  if (team.fullyQualifiedName !== team.name) {
    return writeEach(members, ({ id }) => teams.removeUser(team.id, id));
  }
  for (const batch of inBatches(members, batchSize)) await teams.removeUsers(team, toIds(batch));
}

function toIds(members: readonly NamedUser[]) {
  return members.map(({ id }) => id);
}

async function rewriteEach(team: TeamId, { add, remove }: MembershipChange, session: Session): Promise<void> {
  await writeEach(remove, (member) => rewriteTeams(member, { team, joins: false }, session));
  await writeEach(add, (member) => rewriteTeams(member, { team, joins: true }, session));
}

/**
 * Makes the writes, some at a time. After the first failure no other write starts. It is thrown only once the writes
 * in flight have ended, because the caller then releases the users' locks.
 */
async function writeEach(members: readonly NamedUser[], write: (member: NamedUser) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  const attempt = async (member: NamedUser) => {
    if (failures.length > 0) return;
    try {
      await write(member);
    } catch (error) {
      failures.push(error);
    }
  };
  await pMap(members, attempt, { concurrency: concurrentCalls });
  if (failures.length > 0) throw failures[0];
}

/**
 * Changes the membership from the user's side, for servers without membership endpoints: replaces the user's whole list
 * of teams, then reads it again. These servers can lose an acknowledged write, and a crash in the middle of a write
 * loses other memberships of the user: then the list is written again.
 */
async function rewriteTeams(
  { id, user }: NamedUser,
  { team, joins }: { readonly team: TeamId; readonly joins: boolean },
  session: Session,
): Promise<void> {
  const { users } = session.collate;
  const readTeams = async () => (await users.findById(id, { fields: ['teams'] }))?.teams;
  let teams = user?.teams ?? (await readTeams());
  const others = teamIds(teams).filter((other) => other !== team);
  for (let attempt = 0; attempt <= rewriteAttempts; attempt += 1) {
    if (teams === undefined) return;
    const present = new Set(teamIds(teams));
    if (present.has(team) === joins && others.every((other) => present.has(other))) return;
    if (attempt === rewriteAttempts) break;
    for (const other of others) present.add(other);
    if (joins) present.add(team);
    else present.delete(team);
    await ignoringLostAnswer(
      users.patch(id, [
        replaceList(
          'teams',
          [...present].map((other) => ({ id: other, type: 'team' })),
        ),
      ]),
    );
    teams = await readTeams();
  }
  throw unavailable(`Collate did not store a change of the teams of user ${id}; try again.`, 5);
}

/** Whether Collate refused a call for one of the users or for the team that it names. */
export function isRefusal(error: unknown): error is CollateError {
  return error instanceof CollateError && (error.kind === 'not-found' || error.kind === 'rejected');
}

/** Some servers refuse changes of an inactive or unknown user, or direct members of a team that is not a Group. */
export async function unlessRefused(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** A write whose effect is read next, so its answer may be lost. */
async function ignoringLostAnswer(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof CollateError) || !error.mayTakeEffect) throw error;
  }
}
