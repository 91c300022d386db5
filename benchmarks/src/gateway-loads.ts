import type { Load } from './load.ts';
import { scimToken } from './product.ts';
import { adding, removing, renaming } from './scim-client.ts';
import type { ServerProcess } from './server-process.ts';

const userName = 'user00001@example.com';
const headers = { authorization: `Bearer ${scimToken}` };
const patchHeaders = { ...headers, 'content-type': 'application/scim+json' };

/** A look-up by userName that the gateway answers from its cache. */
export function cachedLookUp({ url }: Pick<ServerProcess, 'url'>): Load {
  const path = `/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
  return { origin: url, path, headers };
}

/** A read of one user, which the gateway passes on to Collate. */
export function readUser({ url }: Pick<ServerProcess, 'url'>, id: string): Load {
  return { origin: url, path: `/scim/v2/Users/${id}`, headers };
}

/** PATCHes of a user's display name, each to another value. */
export function renameUser({ url }: Pick<ServerProcess, 'url'>, id: string): Load {
  const patch = (repetition: number) => renaming(`Renamed ${repetition}`);
  return { origin: url, path: `/scim/v2/Users/${id}`, headers: patchHeaders, patch };
}

/** PATCHes that add one member to a group and remove it again, by turns. */
export function changeGroup({ url }: Pick<ServerProcess, 'url'>, group: string, user: string): Load {
  const patch = (repetition: number) => (repetition % 2 === 0 ? removing(user) : adding([user]));
  return { origin: url, path: `/scim/v2/Groups/${group}`, headers: patchHeaders, patch };
}

/** The id of the user that `cachedLookUp` finds. @throws Error when the gateway does not find it. */
export async function findUserId(gateway: ServerProcess): Promise<string> {
  const answer = await fetch(`${gateway.url}${cachedLookUp(gateway).path}`, { headers });
  const list = (await answer.json()) as { Resources?: { id: string }[] };
  const id = list.Resources?.[0]?.id;
  if (id === undefined) throw new Error(`The gateway does not find ${userName} (status ${answer.status})`);
  return id;
}
