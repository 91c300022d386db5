import type { IndexEntry, Indexes } from '@scim-gateway/cache';
import type { User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { foldCase } from '../../translation/names.ts';
import { namesOf, shownExternalId, type UserState } from '../../translation/user.ts';
import type { DirectoryScope } from './scope.ts';

/** A value that the index finds users by: a name of any kind, or an externalId. */
export interface UserKey {
  readonly by: 'name' | 'externalId';
  readonly value: string;
}

/** The key in text form, in which keys that lead to the same users are equal. */
export function printUserKey({ by, value }: UserKey): string {
  return `${by}/${by === 'externalId' ? value : foldCase(value)}`;
}

/** The keys of a user. A field that the annotation overrides counts too: it shows again when the annotation is lost. */
export function userKeys(state: UserState, map: AttributeMap): readonly UserKey[] {
  const { scimUserName, externalId } = state.user;
  const names = [...namesOf(state), scimUserName].filter((name) => name !== undefined);
  const externalIds = [externalId, shownExternalId(state, map)].filter((value) => value !== undefined);
  return [
    ...names.map((value) => ({ by: 'name', value }) as const),
    ...externalIds.map((value) => ({ by: 'externalId', value }) as const),
  ];
}

/**
 * Users by the values that providers look them up by, from one scan that all replicas share. Each id that it answers is
 * a candidate: the caller reads the user and checks the value.
 */
export interface UserIndex {
  find(key: UserKey, scope: DirectoryScope, since?: number): Promise<readonly UserId[]>;
  /** The ids among these whose users are active, as far as the index knows. */
  active(ids: readonly UserId[], scope: DirectoryScope): Promise<ReadonlySet<UserId>>;
  /** Adds the values of these states; values filed before stay. */
  file(states: readonly UserState[]): Promise<void>;
  /** Records that a user has just become active. */
  fileActive(user: Pick<User, 'id' | 'updatedAt'>): Promise<void>;
  /** Records that a user has just become inactive. */
  fileInactive(user: Pick<User, 'id' | 'updatedAt'>): Promise<void>;
  /** A user may have been created that could not be filed: the next look-up scans again. */
  expire(): Promise<void>;
}

const active = 'active';
const inactive = 'inactive';

/** `scan` lists every user but bots, page by page. */
export function createUserIndex(options: {
  readonly indexes: Indexes;
  readonly map: AttributeMap;
  readonly scan: (scope: DirectoryScope) => AsyncIterable<readonly UserState[]>;
}): UserIndex {
  const { map, scan } = options;
  const index = options.indexes.open('users');
  const query = (scope: DirectoryScope, since?: number) => ({
    signal: scope.signal,
    ...(since === undefined ? {} : { since }),
    scan: async (file: (entries: readonly IndexEntry[]) => Promise<void>) => {
      for await (const states of scan(scope)) {
        await file(
          states.flatMap((state) => [
            ...toEntries(state, map),
            toActivity(state.user, isSettled(state) ? active : inactive),
          ]),
        );
      }
    },
  });
  return {
    find: async (key, scope, since) => {
      const [ids = []] = await index.find([printUserKey(key)], query(scope, since));
      return ids.flatMap((id) => parseUserId(id) ?? []);
    },
    active: async (ids, scope) => {
      const found = await index.find(ids.map(activityKey), query(scope));
      return new Set(ids.filter((_, position) => found[position]?.[0] === active));
    },
    file: (states) => index.file(states.flatMap((state) => toEntries(state, map))),
    fileActive: (user) => index.file([toActivity(toNewer(user), active)]),
    fileInactive: (user) => index.file([toActivity(toNewer(user), inactive)]),
    expire: () => index.expire(),
  };
}

/** Whether a membership can change without reading the user: it is active and has no pending membership change. */
function isSettled({ user, annotation }: UserState): boolean {
  if (user.deleted) return false;
  return annotation === undefined || annotation.waiting.add.length + annotation.waiting.remove.length === 0;
}

function toEntries(state: UserState, map: AttributeMap): readonly IndexEntry[] {
  const keys = new Set(userKeys(state, map).map(printUserKey));
  return [...keys].map((key) => ({ key, value: state.user.id }));
}

function toActivity(
  { id, updatedAt }: Pick<User, 'id' | 'updatedAt'>,
  activity: typeof active | typeof inactive,
): IndexEntry {
  return { key: activityKey(id), value: activity, stamp: updatedAt };
}

/** Newer than the state that Collate answered last, older than its next change. */
function toNewer({ id, updatedAt }: Pick<User, 'id' | 'updatedAt'>): Pick<User, 'id' | 'updatedAt'> {
  return { id, updatedAt: updatedAt + 0.5 };
}

function activityKey(id: UserId): string {
  return `account/${id}`;
}
