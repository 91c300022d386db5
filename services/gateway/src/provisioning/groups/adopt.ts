import { forbidden } from '@scim-gateway/scim';
import type { GroupAnnotation } from '../../translation/annotation.ts';
import { type BoundGroupState, type GroupState, toGroupAnnotation } from '../../translation/group.ts';
import type { ReadGroup } from '../../translation/group-plan.ts';
import { userIds } from '../../translation/membership.ts';
import { readMembers } from '../membership/read.ts';
import type { Session } from '../session.ts';

/** How many levels of a team hierarchy are followed upwards. */
const maxDepth = 32;

/**
 * The group with the annotation that binds it to the provider; an unbound team is adopted unless SCIM created it.
 * Nothing is written. The caller has locked the group.
 *
 * @throws ScimError 403 when `GROUP_ADOPTION` forbids the adoption.
 */
export async function bindGroup(group: ReadGroup, session: Session): Promise<BoundGroupState> {
  const { team, annotation } = group.state;
  if (annotation !== undefined) return { team, annotation };
  const created = await session.groups.wasCreatedBySCIM(group.state);
  return { team, annotation: created ? toCreated(group.state, session) : await adoptTeam(group, session) };
}

/** The annotation of a team that SCIM created. It keeps the creation time of an earlier annotation. */
export function toCreated({ team, annotation }: GroupState, session: Session): GroupAnnotation {
  const { provider } = session.context.principal;
  const created = toGroupAnnotation(team, { provider, created: true, baseline: [] });
  return { ...created, createdAt: annotation?.createdAt ?? created.createdAt };
}

/**
 * The annotation of an existing team that the provider adopts. Its baseline is the members as SCIM shows them: a user
 * with a pending removal does not count, although Collate still lists the user. A team whose annotation was lost can
 * have such members.
 *
 * @throws ScimError 403 when `GROUP_ADOPTION` forbids the adoption.
 */
export async function adoptTeam({ state, members }: ReadGroup, session: Session): Promise<GroupAnnotation> {
  const { id } = state.team;
  const whole = (await session.groups.get(id, ['defaultRoles', 'policies', 'parents'])) ?? state;
  if (!(await isAdoptable(whole, session))) {
    const { kind } = session.settings.groupAdoption;
    throw forbidden(`Provisioning may not adopt the existing Collate team ${id} (GROUP_ADOPTION=${kind}).`);
  }
  const { provider } = session.context.principal;
  const baseline = userIds(members ?? (await readMembers(state, session)));
  session.events.onNotice?.({ kind: 'group-adopted', groupId: id, givesRights: givesRights(whole) });
  return toGroupAnnotation(state.team, { provider, created: false, baseline });
}

async function isAdoptable(state: GroupState, session: Session): Promise<boolean> {
  const policy = session.settings.groupAdoption;
  switch (policy.kind) {
    case 'everywhere':
      return true;
    case 'unprivileged':
      return !givesRights(state);
    case 'subtree':
      return isBelow(state, policy.team, session);
    case 'never':
      return false;
  }
}

/** Whether members of the team inherit roles or policies from it. */
function givesRights({ team }: GroupState): boolean {
  return (team.defaultRoles?.length ?? 0) + (team.policies?.length ?? 0) > 0;
}

async function isBelow(state: GroupState, ancestor: string, session: Session, depth = 0): Promise<boolean> {
  if (depth > maxDepth) return false;
  for (const parent of state.team.parents ?? []) {
    if (parent.name === ancestor) return true;
    const above = await session.groups.get(parent.id, ['parents']);
    if (above !== undefined && (await isBelow(above, ancestor, session, depth + 1))) return true;
  }
  return false;
}
