import type { Resource } from '@scim-gateway/scim';
import { toScimUser, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';

/** A user as SCIM shows it, without groups and without a version. */
export function showUser(state: UserState, { presentation }: Session): Resource {
  const known = shown.get(state);
  if (known?.by === presentation) return known.resource;
  const resource = toScimUser(state, presentation);
  shown.set(state, { resource, by: presentation });
  return resource;
}

/** A user with the groups among its teams, which the caller has read; without a version. */
export async function showUserWithGroups(state: UserState, session: Session): Promise<Resource> {
  const groups = await session.groups.visible(state.user.teams ?? []);
  return toScimUser(state, session.presentation, groups);
}

/** Cached look-ups return the same state object again and again. */
const shown = new WeakMap<UserState, { readonly resource: Resource; readonly by: Session['presentation'] }>();
