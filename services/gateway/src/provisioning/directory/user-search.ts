import type { User } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { equalsIgnoringCase, isAskable, localPart } from '../../translation/names.ts';
import { namesOf, shownExternalId, type UserState } from '../../translation/user.ts';
import { type DirectoryScope, inParallel } from './scope.ts';
import type { UserIndex, UserKey } from './user-index.ts';
import { readUser } from './user-reads.ts';

interface SearchOptions {
  readonly index: UserIndex;
  readonly map: AttributeMap;
  /** Set to see Collate's state after this moment of `performance.now()`. */
  readonly since?: number;
}

/** Every user with this key, tombstones included: those that the index names, and the one with the Collate name. */
export async function searchUsers(
  key: UserKey,
  scope: DirectoryScope,
  { index, map, since }: SearchOptions,
): Promise<readonly UserState[]> {
  if (key.by === 'externalId' && !canHoldExternalId(scope, map)) return [];
  const [named, ids] = await Promise.all([
    key.by === 'name' ? findByCollateName(key.value, scope) : [],
    index.find(key, scope, since),
  ]);
  const others = ids.filter((id) => !named.some(({ user }) => user.id === id));
  const found = await pMap(others, (id) => readUser(id, [], scope), inParallel);
  return [...named, ...found.filter((state) => state !== undefined)].filter((state) => hasKey(state, key, map));
}

function hasKey(state: UserState, { by, value }: UserKey, map: AttributeMap): boolean {
  return by === 'name'
    ? namesOf(state).some((name) => equalsIgnoringCase(name, value))
    : shownExternalId(state, map) === value;
}

function canHoldExternalId({ upstream, annotations }: DirectoryScope, map: AttributeMap): boolean {
  return (upstream.capabilities.userExternalId || annotations !== undefined) && map.remembers('externalId');
}

/**
 * The users whose Collate name is the one that Collate would have derived from the value. This finds an account that
 * was created in Collate after the scan of the index.
 */
async function findByCollateName(value: string, { upstream, collate, annotations }: DirectoryScope) {
  const { capabilities } = upstream;
  const name = localPart(value);
  if (name.length > capabilities.userNames.maxLength || !isAskable(name)) return [];
  // A server that folds case stores names in lower case; whether it also folds the name that it is asked for depends
  // on the server and the script.
  const names = new Set(capabilities.foldsCase ? [name.toLowerCase()] : [name, name.toLowerCase()]);
  const users = await Promise.all([...names].map((text) => collate.users.find(text, { include: 'all' })));
  return Promise.all(
    users
      .filter((user): user is User => user !== undefined && !user.isBot)
      .map(async (user): Promise<UserState> => ({ user, annotation: await annotations?.ofUser(user.id) })),
  );
}
