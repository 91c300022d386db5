import type { EntityReference } from '@scim-gateway/collate-client/model';
import { isProjected, type Projection, type Resource } from '@scim-gateway/scim';
import { type GroupState, toScimGroup } from '../../translation/group.ts';
import { shownMembers } from '../membership/change.ts';
import type { Session } from '../session.ts';
import { withVersion } from '../version.ts';

/** A group as the projection needs it: its version only with its members, which belong to it, and are read unless they are known. */
export async function showGroup(
  state: GroupState,
  projection: Projection,
  session: Session,
  members?: readonly EntityReference[],
): Promise<Resource> {
  if (!isProjected(projection, 'members')) return toScimGroup(state, session.presentation);
  return withVersion(await showWhole(state, session, members));
}

/** A group with its members; without a version. */
export async function showWhole(
  state: GroupState,
  session: Session,
  members?: readonly EntityReference[],
): Promise<Resource> {
  return toScimGroup(state, session.presentation, members ?? (await shownMembers(state, session)));
}
