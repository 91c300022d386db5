import type { EntityReference } from '@scim-gateway/collate-client/model';
import { isProjected, type Projection, type Resource } from '@scim-gateway/scim';
import { type GroupState, toScimGroup } from '../../translation/group.ts';
import type { Session } from '../collate/access.ts';
import { shownMembers } from '../membership/change.ts';
import { withVersion } from '../version.ts';
import type { Workshop } from '../workshop.ts';

/** A group as the projection needs it: its version only with its members, which belong to it, and are read unless they are known. */
export async function showGroup(
  state: GroupState,
  projection: Projection,
  session: Session,
  workshop: Workshop,
  members?: readonly EntityReference[],
): Promise<Resource> {
  if (!isProjected(projection, 'members')) return toScimGroup(state, workshop.presentation);
  return withVersion(await showWhole(state, session, workshop, members));
}

/** A group with its members; without a version. */
export async function showWhole(
  state: GroupState,
  session: Session,
  workshop: Workshop,
  members?: readonly EntityReference[],
): Promise<Resource> {
  return toScimGroup(state, workshop.presentation, members ?? (await shownMembers(state, session, workshop)));
}
