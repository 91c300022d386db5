import { forbidden } from '@scim-gateway/scim';
import { creationOf, type GroupAnnotation } from '../../translation/annotation.ts';
import { effectiveName, type GroupState } from '../../translation/group.ts';
import { shownMembers, userIds } from '../membership/change.ts';
import type { Session } from '../session.ts';

/** How deep a team hierarchy is followed upwards before giving up. */
const maxDepth = 32;

/**
 * The annotation of a group that a provider takes over: whether SCIM made the team, and if not, who was in it at this moment.
 *
 * @throws ScimError 403 when `GROUP_ADOPTION` forbids it.
 */
export async function toAdopted(state: GroupState, displayName: string, session: Session): Promise<GroupAnnotation> {
  const { team } = state;
  const created = await session.groups.wasCreatedBySCIM(state);
  if (!created) await assertAdoptable(state, session);
  // Whose leaving waits is out, although Collate lists them still: a team whose document was lost can have such.
  const baseline = created ? [] : userIds(await shownMembers(state, session));
  return {
    kind: 'group',
    id: team.id,
    provider: session.context.principal.provider,
    createdAt: creationOf(team),
    attributes: displayName === effectiveName(team) ? {} : { displayName },
    created,
    baseline,
    tombstone: false,
    unfinished: false,
  };
}

async function assertAdoptable(state: GroupState, session: Session): Promise<void> {
  const policy = session.settings.groupAdoption;
  const whole = await session.groups.get(state.team.id, ['defaultRoles', 'policies', 'parents']);
  const givesRights = (whole?.team.defaultRoles?.length ?? 0) + (whole?.team.policies?.length ?? 0) > 0;
  const refused =
    policy.kind === 'never' ||
    (policy.kind === 'unprivileged' && givesRights) ||
    (policy.kind === 'subtree' && !(await isBelow(whole ?? state, policy.team, session)));
  if (refused) {
    throw forbidden(
      `The existing Collate team ${state.team.id} may not be taken over by provisioning (GROUP_ADOPTION=${policy.kind}).`,
    );
  }
  session.events.onNotice?.({ kind: 'group-adopted', groupId: state.team.id, givesRights });
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
