import type { Resource } from '@scim-gateway/scim';
import { toScimUser, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';

/** A user as SCIM shows it, with the groups if they are asked for; without a version. */
export async function showUser(state: UserState, needsGroups: boolean, session: Session): Promise<Resource> {
  if (!needsGroups) return showWithoutGroups(state, session);
  const groups = await session.groups.visible(state.user.teams ?? []);
  return toScimUser(state, session.presentation, groups);
}

/** Look-ups out of the cache find the same state again and again. */
const shown = new WeakMap<UserState, { readonly resource: Resource; readonly by: Session['presentation'] }>();

function showWithoutGroups(state: UserState, { presentation }: Session): Resource {
  const known = shown.get(state);
  if (known?.by === presentation) return known.resource;
  const resource = toScimUser(state, presentation);
  shown.set(state, { resource, by: presentation });
  return resource;
}
