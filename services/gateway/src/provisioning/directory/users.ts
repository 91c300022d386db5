import type { Indexes, ReadThrough, Store } from '@scim-gateway/cache';
import { createReadThrough } from '@scim-gateway/cache';
import type { Page } from '@scim-gateway/collate-client';
import type { User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { equalsIgnoringCase, foldCase, localPart } from '../../translation/names.ts';
import type { UserLookup } from '../../translation/query.ts';
import { isTombstone, shownEmail, shownExternalId, shownUserName, type UserState } from '../../translation/user.ts';
import type { ProvisioningEvents } from '../events.ts';
import { type CataloguePage, firstPage } from '../lists/window.ts';
import { mapBounded, parallelCalls } from '../parallel.ts';
import type { Session } from '../session.ts';
import type { ProvisioningSettings } from '../settings.ts';
import { createPeopleIndex, type PeopleIndex } from './user-index.ts';

/** Finds users; what it found is cached until one of our writes touches a value that was asked for. */
export interface Users {
  /** Who answers to the value; tombstones included, for the caller to judge. At most one for each look-up but `id`. */
  find(lookup: UserLookup): Promise<readonly UserState[]>;
  /** As `find`, by what Collate holds after this moment of `performance.now()`, whoever put it there. */
  findAfresh(lookup: UserLookup, since: number): Promise<readonly UserState[]>;
  /** Those of the ids whose accounts were active when last heard of. */
  active(ids: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** One page of accounts in Collate's order; undefined in the place of a bot. */
  page(query: UserPageQuery): Promise<CataloguePage<UserState>>;
  /** How many accounts are there only as tombstones. */
  countTombstones(): Promise<number>;
  /** Every human account, page by page, in Collate's order. */
  scan(include?: UserPageQuery['include']): AsyncIterable<readonly UserState[]>;
  /** The state of one account, read fresh; bots are nobody. */
  get(id: string, fields?: readonly ('teams' | 'owns')[]): Promise<UserState | undefined>;
  /** These states have changed, or are the changed ones: nobody is shown an older answer, and all that they say is looked for by finds them. */
  forget(states: readonly UserState[], values?: { readonly userName?: string; readonly email?: string }): Promise<void>;
  /** An account has just been made active or inactive. */
  noteActivity(user: User, isActive: boolean): Promise<void>;
  /** An account may have been made of which nothing is known. */
  noteUnknown(): Promise<void>;
}

/** Which accounts a page shows. */
export interface UserPageQuery {
  readonly after?: string;
  readonly limit: number;
  readonly include: 'all' | 'deleted' | 'non-deleted';
  readonly fields?: readonly 'teams'[];
}

/** How well an account answers a look-up; the lowest wins (decisions: "look-up", "a document never outranks a live account"). */
type Rank = 1 | 2 | 3 | 4;

interface DirectoryOptions {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly settings: Pick<ProvisioningSettings, 'cacheTtlMs' | 'cacheNegativeTtlMs'>;
  readonly map: AttributeMap;
  readonly events: ProvisioningEvents;
}

/** Binds users to a session; what is found is shared by all sessions. */
export function createUserDirectory(options: DirectoryOptions): (session: Session) => Users {
  const { map } = options;
  const cache: ReadThrough<UserState> = createReadThrough<UserState>({
    store: options.store,
    name: 'user',
    ttlMs: options.settings.cacheTtlMs,
    negativeTtlMs: options.settings.cacheNegativeTtlMs,
    observer: options.events,
  });
  const people = createPeopleIndex({
    indexes: options.indexes,
    map,
    scan: (session) => session.withoutDeadline().users.scan(),
  });
  const tombstones = createTombstoneCount(options);
  return (session) => ({
    find: async (lookup) => {
      if (lookup.by === 'id') return toList(await session.users.get(lookup.value));
      const tag = lookupTag(lookup.by, lookup.value);
      const key = `${session.upstream.cacheScope}/${tag}`;
      return toList(await cache.read(key, [tag], () => load(lookup, session, { people, map })));
    },
    findAfresh: async (lookup, since) => toList(await load(lookup, session, { people, map }, since)),
    active: (ids) => people.active(ids, session),
    page: async (query) => toCandidates(await firstPage(pagesOf(query, session)), session),
    countTombstones: () => tombstones.count(session),
    scan: async function* (include = 'all') {
      for await (const page of pagesOf({ include, fields: [], limit: 1000 }, session)) {
        const { candidates } = await toCandidates(page, session);
        yield candidates.filter((state) => state !== undefined);
      }
    },
    get: (text, fields = []) => getFresh(text, session, fields),
    forget: async (states, values = {}) => {
      await people.file(states);
      if (states.some(({ annotation }) => annotation?.tombstone === true)) await tombstones.forget();
      const tags = [...states.flatMap((state) => tagsOf(state, map)), ...tagsOfValues(values)];
      await cache.invalidate([...new Set(tags)]);
    },
    noteActivity: people.fileActivity,
    noteUnknown: people.expire,
  });
}

function toList(state: UserState | undefined): readonly UserState[] {
  return state === undefined ? [] : [state];
}

async function getFresh(
  text: string,
  session: Session,
  fields: readonly ('teams' | 'owns')[],
): Promise<UserState | undefined> {
  const id = parseUserId(text);
  if (id === undefined) return undefined;
  const [user, annotation] = await Promise.all([
    session.collate.users.findById(id, { include: 'all', fields }),
    session.annotations?.ofUser(id),
  ]);
  return user === undefined || user.isBot ? undefined : { user, annotation };
}

function pagesOf(query: UserPageQuery, session: Session): AsyncIterable<Page<User>> {
  return session.collate.users.pages({ ...query, isBot: false });
}

/** The page with what we noted of its people; some servers list bots although they are asked not to. */
async function toCandidates(page: Page<User>, session: Session): Promise<CataloguePage<UserState>> {
  const people = page.items.filter((user) => !user.isBot);
  const found = await session.annotations?.ofUsers(people.map((user) => user.id));
  const candidates = page.items.map((user) => (user.isBot ? undefined : { user, annotation: found?.get(user.id) }));
  return { ...page, candidates };
}

/** Counts those whose account still is deleted: an administrator may have revived it, or deleted it for good. */
function createTombstoneCount({ store, settings, events: observer }: DirectoryOptions): {
  readonly count: (session: Session) => Promise<number>;
  readonly forget: () => Promise<void>;
} {
  const ttlMs = settings.cacheTtlMs;
  const counts = createReadThrough<number>({ store, name: 'tombstones', ttlMs, negativeTtlMs: ttlMs, observer });
  return {
    count: async (session) => {
      const count = await counts.read(session.upstream.cacheScope, [tombstonesTag], async () => {
        if (session.annotations === undefined || !(await session.annotations.hasTombstones())) return 0;
        let found = 0;
        for await (const states of session.users.scan('deleted')) found += states.filter(isTombstone).length;
        return found;
      });
      return count ?? 0;
    },
    forget: () => counts.invalidate([tombstonesTag]),
  };
}

const tombstonesTag = 'tombstones';

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

async function load(
  lookup: UserLookup,
  session: Session,
  { people, map }: { readonly people: PeopleIndex; readonly map: AttributeMap },
  since?: number,
): Promise<UserState | undefined> {
  const rank = (state: UserState) => rankOf(state, lookup, map);
  const named = lookup.by === 'externalId' ? [] : await findByName(lookup.value, session);
  const quick = best(named, rank);
  if (quick !== undefined && rank(quick) === 1 && !quick.user.deleted) return quick;
  if (lookup.by === 'externalId' && !canHoldExternalId(session, map)) return undefined;
  const ids = await people.find(lookup, session, since);
  const others = ids.filter((id) => !named.some(({ user }) => user.id === id));
  const found = await mapBounded(others, parallelCalls, (id) => session.users.get(id));
  return best([...named, ...found.filter((state) => state !== undefined)], rank);
}

function canHoldExternalId(session: Session, map: AttributeMap): boolean {
  const stored = session.upstream.capabilities.userExternalId || session.annotations !== undefined;
  return stored && map.remembers('externalId');
}

/** Accounts whose Collate name is what Collate would have derived from the value. */
async function findByName(value: string, session: Session): Promise<readonly UserState[]> {
  const { capabilities } = session.upstream;
  const name = localPart(value);
  if (name.length > capabilities.userNames.maxLength || /[\p{Cc}/\\]/u.test(name)) return [];
  const names = capabilities.foldsCase ? [name] : [...new Set([name, name.toLowerCase()])];
  const users = await Promise.all(names.map((text) => session.collate.users.find(text, { include: 'all' })));
  return Promise.all(
    users
      .filter((user): user is User => user !== undefined && !user.isBot)
      .map(async (user) => ({ user, annotation: await session.annotations?.ofUser(user.id) })),
  );
}

/** Undefined for an account that does not answer to the value at all. */
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

/** The bound userName first, then a live account's e-mail; a remembered userName never outranks that e-mail's owner. */
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
