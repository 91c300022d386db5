import type { Resource } from '@scim-gateway/scim';
import { toScimUser, type UserState } from '../../translation/user.ts';
import type { Session } from '../collate/access.ts';
import type { Workshop } from '../workshop.ts';

/** A user as SCIM shows it, with the groups if they are asked for; without a version. */
export async function showUser(
  state: UserState,
  needsGroups: boolean,
  session: Session,
  workshop: Workshop,
): Promise<Resource> {
  if (!needsGroups) return showWithoutGroups(state, workshop);
  const groups = await workshop.groups.visible(state.user.teams ?? [], session);
  return toScimUser(state, workshop.presentation, groups);
}

/** Look-ups out of the cache find the same state again and again. */
const shown = new WeakMap<UserState, { readonly resource: Resource; readonly by: Workshop['presentation'] }>();

function showWithoutGroups(state: UserState, { presentation }: Workshop): Resource {
  const known = shown.get(state);
  if (known?.by === presentation) return known.resource;
  const resource = toScimUser(state, presentation);
  shown.set(state, { resource, by: presentation });
  return resource;
}
