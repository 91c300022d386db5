import type { EntityReference, TeamId, UserId } from '@scim-gateway/collate-client/model';
import { CollateError, parseTeamId } from '@scim-gateway/collate-client/model';
import { changeMembership, type MembershipChange } from '../membership/write.ts';
import type { Session } from '../session.ts';

/** The teams among an account's references, without the root that Collate shows of a user without teams. */
export function teamIds(references: readonly EntityReference[] = []): readonly TeamId[] {
  return references.flatMap(({ id, name }) => (name === 'Organization' ? [] : (parseTeamId(id) ?? [])));
}

/** Makes an active user join the teams, one after another. */
export async function joinTeams(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  for (const team of teams) await changeTeam(team, { add: [{ id }], remove: [] }, session);
}

/** Makes an active user leave the teams, one after another. */
export async function leaveTeams(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  for (const team of teams) await changeTeam(team, { add: [], remove: [{ id }] }, session);
}

/** Makes an inactive user leave the teams, unless Collate refuses that: the user then leaves them on returning. */
export async function leaveIfPossible(id: UserId, teams: readonly TeamId[], session: Session): Promise<void> {
  if (!session.upstream.capabilities.membershipEndpoints) return;
  try {
    await leaveTeams(id, teams, session);
  } catch (error) {
    const isRefused = error instanceof CollateError && (error.kind === 'not-found' || error.kind === 'rejected');
    if (!isRefused) throw error;
  }
}

/** Collate refuses changes of a deleted team, and teams of other types have no members in SCIM: both are left out. */
async function changeTeam(id: TeamId, change: MembershipChange, session: Session): Promise<void> {
  const state = await session.groups.get(id);
  if (state === undefined || state.team.teamType !== 'Group' || state.team.deleted) return;
  await changeMembership(state.team, change, session);
}
