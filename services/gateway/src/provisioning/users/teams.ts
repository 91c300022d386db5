import type { EntityReference, TeamId, UserId } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
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

/** Collate refuses changes of a deleted team, and teams of other types have no members in SCIM: both are left out. */
async function changeTeam(id: TeamId, change: MembershipChange, session: Session): Promise<void> {
  const state = await session.groups.get(id);
  if (state === undefined || state.team.teamType !== 'Group' || state.team.deleted) return;
  await changeMembership(state.team, change, session);
}
