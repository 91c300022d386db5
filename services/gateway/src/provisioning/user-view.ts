import type { Resource } from '@scim-gateway/scim';
import { toScimUser, type UserState } from '../translation/user.ts';
import type { Session } from './upstream.ts';
import type { Workshop } from './workshop.ts';

/** A user as SCIM shows it, with the groups if they are asked for; without a version. */
export async function showUser(
  state: UserState,
  needsGroups: boolean,
  session: Session,
  workshop: Workshop,
): Promise<Resource> {
  const groups = needsGroups ? await workshop.groups.visible(state.user.teams ?? [], session) : undefined;
  return toScimUser(state, workshop.presentation, groups);
}
