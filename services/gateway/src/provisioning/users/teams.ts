import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import { teamIds } from '../../translation/membership.ts';
import { changeMembership, type MembershipChange, unlessRefused } from '../membership/write.ts';
import type { Session } from '../session.ts';

/** The user with the other teams only. */
export function withoutTeams(user: User, left: readonly TeamId[]): User {
  const gone = new Set<string>(left);
  return { ...user, teams: (user.teams ?? []).filter(({ id }) => !gone.has(id)) };
}

/** Makes a user join the teams, one after another. Teams of other types are memberships that a crash of Collate lost. */
export async function joinTeams(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  for (const team of teams) await changeTeam(team, { add: [{ id }], remove: [] }, session);
}

/** Makes an active user leave the teams, one after another. */
export async function leaveTeams(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  for (const team of teams) await changeTeam(team, { add: [], remove: [{ id }] }, session);
}

/** Makes an inactive user leave the teams, unless Collate refuses that: the user then leaves them on returning. */
export async function leaveIfPossible(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  if (session.upstream.capabilities.membershipEndpoints) await unlessRefused(leaveTeams(id, teams, session));
}

/**
 * Makes a write of the user that rewrites its memberships: Collate deletes and inserts them outside of any transaction.
 * If the write is not answered, those that are missing afterwards are added again before the error is thrown.
 *
 * @param user the user with the teams that it must keep; without teams nothing is compared.
 */
export async function keepingTeams<T>(user: User, session: Session, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof CollateError && error.mayTakeEffect) await compareTeams(user, session);
    throw error;
  }
}

/** Does what it can: where Collate does not answer, the annotation written before lets a repetition do the rest. */
async function compareTeams(user: User, session: Session): Promise<void> {
  if (teamIds(user.teams).length === 0) return;
  try {
    const now = await session.collate.users.findById(user.id, { fields: ['teams'], include: 'all' });
    if (now !== undefined) await addMissing(user, now, session);
  } catch (error) {
    if (!(error instanceof CollateError)) throw error;
  }
}

/** Adds memberships that were lost: the client repeats a restoration or deletion that a crash interrupted. */
export async function addMissing(before: User, now: User, session: Session): Promise<void> {
  if (now.teams === undefined) return;
  const present = new Set(teamIds(now.teams));
  const missing = teamIds(before.teams).filter((team) => !present.has(team));
  await unlessRefused(joinTeams(now.id, missing, session));
}

/** Collate refuses changes of a deleted team. A team of another type is no group of SCIM: a user never leaves it. */
async function changeTeam(id: TeamId, change: MembershipChange, session: Session): Promise<void> {
  const state = await session.groups.get(id);
  if (state === undefined || state.team.deleted) return;
  if (state.team.teamType === 'Group') await changeMembership(state.team, change, session);
  else if (change.add.length > 0) await unlessRefused(changeMembership(state.team, change, session));
}
