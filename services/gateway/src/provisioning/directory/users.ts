import { createReadThrough } from '@scim-gateway/cache';
import type { Page } from '@scim-gateway/collate-client';
import type { CreateUser, User, UserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import type { UserLookup } from '../../translation/query.ts';
import { isTombstone, matchesLookup, type UserState } from '../../translation/user.ts';
import type { DirectoryOptions, DirectoryScope } from './scope.ts';
import { createUserIndex, printUserKey, type UserKey, userKeys } from './user-index.ts';
import { readUser, readUserPage, scanUsers, type UserPageQuery } from './user-reads.ts';
import { searchUsers } from './user-search.ts';
import { createOrExpire, thenInvalidate } from './writes.ts';

/** Finds users. What was found stays cached until one of our writes touches a value that it was found by. */
export interface Users {
  /** Every user that SCIM shows with this value. */
  find(lookup: UserLookup): Promise<readonly UserState[]>;
  /** Every user that SCIM shows with one of these names, and every account that Collate keeps under one: a tombstone, too. */
  holders(names: UserNames): Promise<readonly UserState[]>;
  /** As `holders`, from Collate's state after this moment of `performance.now()`, writes of other clients included. */
  holdersAfresh(names: UserNames, since: number): Promise<readonly UserState[]>;
  /** The ids among these whose users are active, as far as the index knows. */
  active(ids: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** One page of users in Collate's order; undefined in the place of a bot. */
  page(query: UserPageQuery): Promise<Page<UserState | undefined>>;
  /** The number of users that SCIM deleted and Collate still keeps. */
  countTombstones(): Promise<number>;
  /** The state of one user, read fresh; undefined for a bot. */
  get(id: string, fields?: readonly ('teams' | 'owns')[]): Promise<UserState | undefined>;
  /** Creates an account. Look-ups find it at once, or scan again where Collate's answer is lost. */
  create(user: CreateUser): Promise<User>;
  /**
   * Runs a write and, however it ends, invalidates look-ups of the states before and after it: later look-ups by any of
   * their values find them. An earlier attempt may have crashed between its write and the invalidation, so call it
   * also where nothing is left to write.
   */
  write<T>(states: readonly (UserState | UserNames)[], work: () => Promise<T>): Promise<T>;
  /** Records that an account was found inactive, or has just become so: the index no longer lists it as active. */
  noteInactive(user: Pick<User, 'id' | 'updatedAt'>): Promise<void>;
}

/** The names of a user that may not exist yet. */
export interface UserNames {
  readonly userName: string;
  readonly email: string;
}

/** Binds users to a session; caches and index are shared by all sessions. */
export function createUserDirectory(options: DirectoryOptions): (scope: DirectoryScope) => Users {
  const { map, store, settings, events: observer } = options;
  const cache = createReadThrough<readonly UserState[]>({
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
  const invalidate = async (touched: readonly (UserState | UserNames)[]): Promise<void> => {
    const states = touched.filter(isState);
    await index.file(states);
    if (states.some(({ annotation }) => annotation?.tombstone === true)) await tombstones.invalidate();
    await cache.invalidate([...new Set(touched.flatMap((one) => keysOf(one, map).map(toTag)))]);
  };
  const search = async (key: UserKey, scope: DirectoryScope): Promise<readonly UserState[]> => {
    const tag = toTag(key);
    const load = async () => absentIfEmpty(await searchUsers(key, scope, { index, map }));
    return (await cache.read(`${scope.upstream.cacheScope}/${tag}`, [tag], load)) ?? [];
  };
  return (scope) => ({
    find: async (lookup) => {
      const found = lookup.by === 'id' ? await readOne(lookup.value, scope) : await search(toKey(lookup), scope);
      return found.filter((state) => !isTombstone(state) && matchesLookup(state, lookup, map));
    },
    holders: (names) => collect(keysOf(names, map), (key) => search(key, scope)),
    holdersAfresh: (names, since) =>
      collect(keysOf(names, map), (key) => searchUsers(key, scope, { index, map, since })),
    active: (ids) => index.active(ids, scope),
    page: (query) => readUserPage(query, scope),
    countTombstones: () => tombstones.count(scope),
    get: (id, fields = []) => readUser(id, fields, scope),
    create: async (fields) => {
      const user = await createOrExpire(() => scope.collate.users.create(fields), index);
      await index.fileActive(user);
      await invalidate([{ user, annotation: undefined }]);
      return user;
    },
    write: (states, work) => thenInvalidate(work, () => invalidate(states)),
    noteInactive: (user) => index.fileInactive(user),
  });
}

async function readOne(id: string, scope: DirectoryScope): Promise<readonly UserState[]> {
  const state = await readUser(id, [], scope);
  return state === undefined ? [] : [state];
}

/** The cache keeps a known absence for a shorter time, so an empty result is stored as one. */
function absentIfEmpty(states: readonly UserState[]): readonly UserState[] | undefined {
  return states.length === 0 ? undefined : states;
}

/** The users with any of the keys, each once. */
async function collect(
  keys: readonly UserKey[],
  search: (key: UserKey) => Promise<readonly UserState[]>,
): Promise<readonly UserState[]> {
  const distinct = new Map(keys.map((key) => [printUserKey(key), key]));
  const found = await Promise.all([...distinct.values()].map(search));
  return [...new Map(found.flat().map((state) => [state.user.id, state])).values()];
}

function toKey({ by, value }: UserLookup): UserKey {
  return { by: by === 'externalId' ? by : 'name', value };
}

const tombstonesTag = 'tombstones';

/** Counts tombstones whose account is still soft deleted: an administrator may have restored it, or deleted it hard. */
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

function isState(touched: UserState | UserNames): touched is UserState {
  return 'user' in touched;
}

/** The keys of every look-up that finds the user. */
function keysOf(touched: UserState | UserNames, map: AttributeMap): readonly UserKey[] {
  if (isState(touched)) return userKeys(touched, map);
  return [touched.userName, touched.email].map((value) => ({ by: 'name', value }));
}

function toTag(key: UserKey): string {
  return `user/${printUserKey(key)}`;
}
