import { createReadThrough } from '@scim-gateway/cache';
import type { Page } from '@scim-gateway/collate-client';
import type { CreateUser, User, UserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { foldCase } from '../../translation/names.ts';
import type { UserLookup } from '../../translation/query.ts';
import { isTombstone, shownEmail, shownExternalId, shownUserName, type UserState } from '../../translation/user.ts';
import type { DirectoryOptions, DirectoryScope } from './scope.ts';
import { createUserIndex } from './user-index.ts';
import { readUser, readUserPage, scanUsers, type UserPageQuery } from './user-reads.ts';
import { searchUser } from './user-search.ts';
import { createOrExpire, thenInvalidate } from './writes.ts';

/** Finds users. What was found stays cached until one of our writes touches a value that it was found by. */
export interface Users {
  /** The user that matches the value, which may be a tombstone. At most one. */
  find(lookup: UserLookup): Promise<readonly UserState[]>;
  /** As `find`, from Collate's state after this moment of `performance.now()`, writes of other clients included. */
  findAfresh(lookup: UserLookup, since: number): Promise<readonly UserState[]>;
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
  const invalidate = async (touched: readonly (UserState | UserNames)[]): Promise<void> => {
    const states = touched.filter(isState);
    await index.file(states);
    if (states.some(({ annotation }) => annotation?.tombstone === true)) await tombstones.invalidate();
    await cache.invalidate([...new Set(touched.flatMap((one) => tagsOf(one, map)))]);
  };
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

function toList(state: UserState | undefined): readonly UserState[] {
  return state === undefined ? [] : [state];
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

/** The tags of every look-up that finds the user. */
function tagsOf(state: UserState | UserNames, map: AttributeMap): readonly string[] {
  if (!isState(state)) {
    const { userName, email } = state;
    return [lookupTag('userName', userName), lookupTag('userName', email), lookupTag('email', email)];
  }
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

function lookupTag(by: Exclude<UserLookup['by'], 'id'>, value: string): string {
  return `user/${by}/${by === 'externalId' ? value : foldCase(value)}`;
}
