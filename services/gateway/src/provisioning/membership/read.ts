import type { EntityReference, Team, User } from '@scim-gateway/collate-client/model';
import type { Session } from '../session.ts';

/** The direct members of a team, inactive ones included, bots left out, each marked `deleted` when inactive. */
export async function readMembers(team: Team, session: Session): Promise<readonly EntityReference[]> {
  const { users, teams } = session.collate;
  const members = new Map<string, EntityReference>();
  const query = { team: team.name, include: 'all', isBot: false, limit: 1000 } as const;
  for await (const page of users.pages(query)) {
    for (const user of page.items) if (!user.isBot) members.set(user.id, toReference(user));
  }
  // A name with blanks, dots or quotes is one that some servers' list by team answers with nothing.
  if (!/[\s."']/.test(team.name)) return [...members.values()];
  const whole = await teams.findById(team.id, { fields: ['users'], include: 'all' });
  const unlisted = whole?.users?.filter(({ id }) => !members.has(id)) ?? [];
  return [...members.values(), ...unlisted];
}

/** How a list of members shows a user. */
export function toReference({ id, name, displayName, deleted }: User): EntityReference {
  return { id, type: 'user', name, ...(displayName === undefined ? {} : { displayName }), deleted };
}
