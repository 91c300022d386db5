import { createReadThrough } from '@scim-gateway/cache';
import type { User, UserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { foldCase } from '../../translation/names.ts';
import type { UserLookup } from '../../translation/query.ts';
import { isTombstone, shownEmail, shownExternalId, shownUserName, type UserState } from '../../translation/user.ts';
import type { DirectoryPage } from './page.ts';
import type { DirectoryOptions, DirectoryScope } from './scope.ts';
import { createUserIndex } from './user-index.ts';
import { readUser, readUserPage, scanUsers, type UserPageQuery } from './user-reads.ts';
import { searchUser } from './user-search.ts';

/** Finds users. What was found stays cached until one of our writes touches a value that it was found by. */
export interface Users {
  /** The user that answers to the value; a tombstone too, for the caller to judge. At most one for each look-up. */
  find(lookup: UserLookup): Promise<readonly UserState[]>;
  /** As `find`, from what Collate holds after this moment of `performance.now()`, writes of others included. */
  findAfresh(lookup: UserLookup, since: number): Promise<readonly UserState[]>;
  /** Those of the ids whose users were active when the index last learnt of them. */
  active(ids: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** One page of users in Collate's order; undefined in the place of a bot. */
  page(query: UserPageQuery): Promise<DirectoryPage<UserState>>;
  /** The number of users that SCIM deleted and Collate still keeps. */
  countTombstones(): Promise<number>;
  /** The state of one user, read fresh; undefined for a bot. */
  get(id: string, fields?: readonly ('teams' | 'owns')[]): Promise<UserState | undefined>;
  /** These states have changed, or are the changed ones: nobody is shown an older answer, and all that they say is looked for by finds them. */
  forget(states: readonly UserState[], values?: { readonly userName?: string; readonly email?: string }): Promise<void>;
  /** An account has just been made active or inactive. */
  noteActivity(user: User, isActive: boolean): Promise<void>;
  /** An account may have been made of which nothing is known. */
  noteUnknown(): Promise<void>;
}

/** Binds users to a session; caches and index are shared by all sessions. */
export function createUserDirectory(options: DirectoryOptions): (scope: DirectoryScope) => Users {
  const { map, store, settings, events: observer } = options;
  const cache = createReadThrough<UserState>({
    store,
    name: 'user',
    ttlMs: settings.cacheTtlMs,
    negativeTtlMs: settings.cacheNegativeTtlMs,
    observer,
  });
  const index = createUserIndex({
    indexes: options.indexes,
    map,
    scan: (scope) => scanUsers(scope.withoutDeadline(), 'all'),
  });
  const tombstones = createTombstoneCount(options);
  return (scope) => ({
    find: async (lookup) => {
      if (lookup.by === 'id') return toList(await readUser(lookup.value, [], scope));
      const tag = lookupTag(lookup.by, lookup.value);
      const key = `${scope.upstream.cacheScope}/${tag}`;
      return toList(await cache.read(key, [tag], () => searchUser(lookup, scope, { index, map })));
    },
    findAfresh: async (lookup, since) => toList(await searchUser(lookup, scope, { index, map, since })),
    active: (ids) => index.active(ids, scope),
    page: (query) => readUserPage(query, scope),
    countTombstones: () => tombstones.count(scope),
    get: (id, fields = []) => readUser(id, fields, scope),
    forget: async (states, values = {}) => {
      await index.file(states);
      if (states.some(({ annotation }) => annotation?.tombstone === true)) await tombstones.invalidate();
      const tags = [...states.flatMap((state) => tagsOf(state, map)), ...tagsOfValues(values)];
      await cache.invalidate([...new Set(tags)]);
    },
    noteActivity: index.fileActivity,
    noteUnknown: index.expire,
  });
}

function toList(state: UserState | undefined): readonly UserState[] {
  return state === undefined ? [] : [state];
}

const tombstonesTag = 'tombstones';

/** Counts tombstones whose user still is deleted in Collate: an administrator may have revived it, or deleted it for good. */
function createTombstoneCount({ store, settings, events: observer }: DirectoryOptions) {
  const ttlMs = settings.cacheTtlMs;
  const counts = createReadThrough<number>({ store, name: 'tombstones', ttlMs, negativeTtlMs: ttlMs, observer });
  const countAll = async (scope: DirectoryScope) => {
    if (scope.annotations === undefined || !(await scope.annotations.hasTombstones())) return 0;
    let found = 0;
    for await (const states of scanUsers(scope, 'deleted')) found += states.filter(isTombstone).length;
    return found;
  };
  return {
    count: async (scope: DirectoryScope) =>
      (await counts.read(scope.upstream.cacheScope, [tombstonesTag], () => countAll(scope))) ?? 0,
    invalidate: () => counts.invalidate([tombstonesTag]),
  };
}

function tagsOf(state: UserState, map: AttributeMap): string[] {
  const { user } = state;
  const addresses = [user.email, shownEmail(state)];
  const names = [shownUserName(state), user.scimUserName, ...addresses];
  const externalIds = [user.externalId, shownExternalId(state, map)];
  return [
    ...names.flatMap((name) => (name === undefined ? [] : [lookupTag('userName', name)])),
    ...addresses.map((email) => lookupTag('email', email)),
    ...externalIds.flatMap((externalId) => (externalId === undefined ? [] : [lookupTag('externalId', externalId)])),
  ];
}

function tagsOfValues({ userName, email }: { readonly userName?: string; readonly email?: string }): readonly string[] {
  return [
    ...(userName === undefined ? [] : [lookupTag('userName', userName)]),
    ...(email === undefined ? [] : [lookupTag('userName', email), lookupTag('email', email)]),
  ];
}

function lookupTag(by: Exclude<UserLookup['by'], 'id'>, value: string): string {
  return `user/${by}/${by === 'externalId' ? value : foldCase(value)}`;
}
