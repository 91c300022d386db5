import type { EntityReference } from '@scim-gateway/collate-client/model';
import { isProjected, notFound, type Projection, type Resource, type ScimError } from '@scim-gateway/scim';
import { type GroupState, isVisible, toScimGroup } from '../../translation/group.ts';
import type { ShownGroup } from '../../translation/group-plan.ts';
import { readMembers } from '../membership/read.ts';
import type { Session } from '../session.ts';
import { assertVersion, hasPreconditions, withVersion } from '../version.ts';

/** @throws ScimError 404 when no team has the id, or SCIM does not show it. */
export async function getGroup(id: string, session: Session): Promise<GroupState> {
  const state = await session.groups.get(id);
  if (state === undefined || !isVisible(state)) throw unknownGroup(id);
  return state;
}

/**
 * A group as a change needs it, read and rendered once. Its members are read when the change depends on them, or a
 * version must be compared.
 *
 * @throws ScimError 412 when the group is not in a version that the preconditions permit.
 */
export async function readForChange(
  state: GroupState,
  { needsMembers }: { readonly needsMembers: boolean },
  session: Session,
): Promise<ShownGroup> {
  const reads = needsMembers || dependsOnVersion(session);
  const members = reads ? await readMembers(state, session) : undefined;
  const shown = toScimGroup(state, session.presentation, members);
  assertVersion(shown, session.context);
  return { state, members, shown };
}

/** Whether a change is made only in some versions of the group, which its members are part of. */
export function dependsOnVersion({ context }: Session): boolean {
  return hasPreconditions(context);
}

/**
 * A group as the projection needs it. Members, and the version that depends on them, are left out unless projected.
 *
 * @param members the group's members, where the caller knows them; otherwise they are read.
 */
export async function showGroup(
  state: GroupState,
  projection: Projection,
  session: Session,
  members?: readonly EntityReference[],
): Promise<Resource> {
  if (!isProjected(projection, 'members')) return toScimGroup(state, session.presentation);
  return withVersion(toScimGroup(state, session.presentation, members ?? (await readMembers(state, session))));
}

/** A group with its members and its version. */
export async function showWholeGroup(state: GroupState, session: Session): Promise<Resource> {
  return withVersion(toScimGroup(state, session.presentation, await readMembers(state, session)));
}

export function unknownGroup(id: string): ScimError {
  return notFound(`No group has the id ${id}.`);
}
