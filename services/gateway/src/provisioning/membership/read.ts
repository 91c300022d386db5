import type { EntityReference, Team, User } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { GroupState } from '../../translation/group.ts';
import type { Session } from '../session.ts';

/** The members of a group as SCIM shows them: Collate's direct members with the pending membership changes applied. */
export async function readMembers({ team }: GroupState, session: Session): Promise<readonly EntityReference[]> {
  const { annotations } = session;
  // Pending changes first: a reactivation changes the membership before it clears the pending change. In the other
  // order, a user who is reactivated between the two reads would appear in neither.
  const pending = (await annotations?.waiting(team.id)) ?? [];
  const members = await readTeamMembers(team, session);
  const inactive = members.flatMap(({ id, deleted }) => (deleted === true ? (parseUserId(id) ?? []) : []));
  const annotated = [...((await annotations?.ofUsers(inactive))?.values() ?? [])];
  const deleted = annotated.filter(({ tombstone }) => tombstone);
  const leaving = pending.filter(({ waiting }) => waiting.remove.includes(team.id));
  const hidden = new Set<string>([...deleted, ...leaving].map(({ id }) => id));
  const present = members.filter(({ id }) => !hidden.has(id));
  const ids = new Set(present.map(({ id }) => id));
  const joining = pending.filter(
    ({ id, tombstone, waiting }) => !tombstone && waiting.add.includes(team.id) && !ids.has(id),
  );
  return [...present, ...joining.map(({ id }) => ({ id, type: 'user', deleted: true }))];
}

/** The reference to a user in a list of members. */
export function toReference({ id, name, displayName, deleted }: User): EntityReference {
  return { id, type: 'user', name, ...(displayName === undefined ? {} : { displayName }), deleted };
}

/** The direct members of a team without bots; inactive ones are included and marked `deleted`. */
async function readTeamMembers(team: Team, session: Session): Promise<readonly EntityReference[]> {
  const { users, teams } = session.collate;
  const members = new Map<string, EntityReference>();
  const query = { team: team.name, include: 'all', isBot: false, limit: 1000 } as const;
  for await (const page of users.pages(query)) {
    for (const user of page.items) if (!user.isBot) members.set(user.id, toReference(user));
  }
  // Some servers answer an empty list for a team whose name contains white space, dots or quotes.
  if (!/[\s."']/.test(team.name)) return [...members.values()];
  const whole = await teams.findById(team.id, { fields: ['users'], include: 'all' });
  const unlisted = whole?.users?.filter(({ id }) => !members.has(id)) ?? [];
  return [...members.values(), ...unlisted];
}
