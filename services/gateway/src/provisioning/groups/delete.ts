import { type GroupState, isVisible } from '../../translation/group.ts';
import { userIds } from '../../translation/membership.ts';
import { applyMembership, memberKeys, prepareMembership } from '../membership/change.ts';
import type { Session } from '../session.ts';
import { bindGroup } from './adopt.ts';
import { readForChange, unknownGroup } from './read.ts';

/**
 * Deletes a group for SCIM. A created team is emptied, then soft deleted. An adopted team keeps the members of its
 * baseline, and a tombstone hides it from SCIM.
 *
 * @throws ScimError 404 for an unknown group, 412 for another version than If-Match names.
 */
export async function deleteGroup(id: string, session: Session): Promise<void> {
  await session.locked([{ group: id }], async () => {
    const state = await session.groups.get(id);
    if (state === undefined) throw unknownGroup(id);
    if (isVisible(state)) return deleteVisible(state, session);
    // An earlier attempt may have crashed between its write and the invalidation, so invalidate here too.
    return session.groups.write([state], async () => {
      throw unknownGroup(id);
    });
  });
}

async function deleteVisible(state: GroupState, session: Session): Promise<void> {
  const group = await readForChange(state, { needsMembers: true }, session);
  const { team, annotation } = await bindGroup(group, session);
  const isRemembered = session.annotations !== undefined;
  const baseline = new Set<string>(isRemembered && !annotation.created ? annotation.baseline : []);
  const leaving = userIds(group.members ?? []).filter((member) => !baseline.has(member));
  const delta = { add: [], remove: leaving, isPart: true };
  await session.locked(memberKeys(delta), async () => {
    const membership = await prepareMembership(group, delta, session);
    await session.groups.write([state], async () => {
      await applyMembership(membership, session);
      if (annotation.created) await session.collate.teams.remove(team.id, { hardDelete: false });
      else await session.annotations?.put({ ...annotation, tombstone: true });
    });
  });
}
