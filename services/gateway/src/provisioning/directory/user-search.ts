import type { User } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { equalsIgnoringCase, localPart } from '../../translation/names.ts';
import type { UserLookup } from '../../translation/query.ts';
import { isTombstone, shownEmail, shownExternalId, shownUserName, type UserState } from '../../translation/user.ts';
import { type DirectoryScope, inParallel } from './scope.ts';
import type { UserIndex } from './user-index.ts';
import { readUser } from './user-reads.ts';

interface SearchOptions {
  readonly index: UserIndex;
  readonly map: AttributeMap;
  /** Set to see Collate's state after this moment of `performance.now()`. */
  readonly since?: number;
}

/** The user that matches the value best: by Collate's name first, which costs no scan, then by the index. */
export async function searchUser(
  lookup: UserLookup,
  scope: DirectoryScope,
  { index, map, since }: SearchOptions,
): Promise<UserState | undefined> {
  const rank = (state: UserState) => rankOf(state, lookup, map);
  const named = lookup.by === 'externalId' ? [] : await findByName(lookup.value, scope);
  const quick = best(named, rank);
  if (quick !== undefined && rank(quick) === 1 && !quick.user.deleted) return quick;
  if (lookup.by === 'externalId' && !canHoldExternalId(scope, map)) return undefined;
  const ids = await index.find(lookup, scope, since);
  const others = ids.filter((id) => !named.some(({ user }) => user.id === id));
  const found = await pMap(others, (id) => readUser(id, [], scope), inParallel);
  return best([...named, ...found.filter((state) => state !== undefined)], rank);
}

function canHoldExternalId({ upstream, annotations }: DirectoryScope, map: AttributeMap): boolean {
  return (upstream.capabilities.userExternalId || annotations !== undefined) && map.remembers('externalId');
}

/** Users whose Collate name is the one that Collate would have derived from the value. */
async function findByName(value: string, { upstream, collate, annotations }: DirectoryScope) {
  const { capabilities } = upstream;
  const name = localPart(value);
  if (name.length > capabilities.userNames.maxLength || /[\p{Cc}/\\]/u.test(name)) return [];
  const names = capabilities.foldsCase ? [name] : [...new Set([name, name.toLowerCase()])];
  const users = await Promise.all(names.map((text) => collate.users.find(text, { include: 'all' })));
  return Promise.all(
    users
      .filter((user): user is User => user !== undefined && !user.isBot)
      .map(async (user): Promise<UserState> => ({ user, annotation: await annotations?.ofUser(user.id) })),
  );
}

/** How well a user answers a look-up; the lowest wins. An annotation never outranks an active account. */
type Rank = 1 | 2 | 3 | 4;

/** Undefined for a user that does not match the value. */
function rankOf(state: UserState, lookup: UserLookup, map: AttributeMap): Rank | undefined {
  switch (lookup.by) {
    case 'externalId':
      return shownExternalId(state, map) === lookup.value ? 1 : undefined;
    case 'email':
      if (!equalsIgnoringCase(shownEmail(state), lookup.value)) return undefined;
      return equalsIgnoringCase(state.user.email, lookup.value) ? 1 : 3;
    case 'userName':
      return rankOfUserName(state, lookup.value);
    case 'id':
      return undefined;
  }
}

/** The bound userName first, then an active account's e-mail, which a remembered userName never outranks. */
function rankOfUserName(state: UserState, userName: string): Rank | undefined {
  const { user, annotation } = state;
  const byEmail = equalsIgnoringCase(user.email, userName);
  if (equalsIgnoringCase(shownUserName(state), userName)) {
    return byEmail || annotation?.attributes['userName'] === undefined ? 1 : 3;
  }
  if (!byEmail) return undefined;
  return user.deleted ? 4 : 2;
}

function best(states: readonly UserState[], rank: (state: UserState) => Rank | undefined): UserState | undefined {
  const order = (state: UserState) => (rank(state) ?? 9) * 4 + (isTombstone(state) ? 2 : state.user.deleted ? 1 : 0);
  const [first] = states.filter((state) => rank(state) !== undefined).sort((left, right) => order(left) - order(right));
  return first;
}
