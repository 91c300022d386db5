import type { IndexEntry, Indexes } from '@scim-gateway/cache';
import type { User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { AttributeMap } from '../../translation/attribute-map.ts';
import { foldCase } from '../../translation/names.ts';
import type { UserLookup } from '../../translation/query.ts';
import { shownEmail, shownExternalId, shownUserName, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';

/** Everybody in Collate by what providers look them up by, from one scan that all replicas share. Who is found has to be looked at. */
export interface PeopleIndex {
  find(lookup: UserLookup, session: Session, since?: number): Promise<readonly UserId[]>;
  /** Those of the ids whose accounts were active when last heard of. */
  active(ids: readonly UserId[], session: Session): Promise<ReadonlySet<UserId>>;
  /** What somebody is found by from now on, besides what they were found by before. */
  file(states: readonly UserState[]): Promise<void>;
  /** Somebody's account has just been made active or inactive. */
  fileActivity(user: Pick<User, 'id' | 'updatedAt'>, isActive: boolean): Promise<void>;
  /** Somebody may have come whom nobody could file. */
  expire(): Promise<void>;
}

const active = 'active';
const inactive = 'inactive';

/** `scan` lists every human account, page by page. */
export function createPeopleIndex(options: {
  readonly indexes: Indexes;
  readonly map: AttributeMap;
  readonly scan: (session: Session) => AsyncIterable<readonly UserState[]>;
}): PeopleIndex {
  const { map, scan } = options;
  const index = options.indexes.open('users');
  const query = (session: Session, since?: number) => ({
    signal: session.signal,
    ...(since === undefined ? {} : { since }),
    scan: async (file: (entries: readonly IndexEntry[]) => Promise<void>) => {
      for await (const states of scan(session)) {
        await file(states.flatMap((state) => [...toEntries(state, map), toActivity(state.user, isSettled(state))]));
      }
    },
  });
  return {
    find: async ({ by, value }, session, since) => {
      const key = by === 'externalId' ? externalIdKey(value) : nameKey(value);
      const [ids = []] = await index.find([key], query(session, since));
      return ids.flatMap((id) => parseUserId(id) ?? []);
    },
    active: async (ids, session) => {
      const found = await index.find(ids.map(activityKey), query(session));
      return new Set(ids.filter((_, position) => found[position]?.[0] === active));
    },
    file: (states) => index.file(states.flatMap((state) => toEntries(state, map))),
    // Collate's clock is later than what it last said of the account.
    fileActivity: ({ id, updatedAt }, isActive) =>
      index.file([toActivity({ id, updatedAt: updatedAt + 0.5 }, isActive)]),
    expire: () => index.expire(),
  };
}

/** Whether a change of memberships needs no look at the person: the account is active, and nothing waits. */
function isSettled({ user, annotation }: UserState): boolean {
  if (user.deleted) return false;
  return annotation === undefined || annotation.waiting.add.length + annotation.waiting.remove.length === 0;
}

function toEntries(state: UserState, map: AttributeMap): readonly IndexEntry[] {
  const { user } = state;
  const names = [user.email, user.scimUserName, shownUserName(state), shownEmail(state)];
  const externalIds = [user.externalId, shownExternalId(state, map)];
  const keys = new Set([
    ...names.flatMap((name) => (name === undefined ? [] : [nameKey(name)])),
    ...externalIds.flatMap((externalId) => (externalId === undefined ? [] : [externalIdKey(externalId)])),
  ]);
  return [...keys].map((key) => ({ key, value: user.id }));
}

function toActivity({ id, updatedAt }: Pick<User, 'id' | 'updatedAt'>, isActive: boolean): IndexEntry {
  return { key: activityKey(id), value: isActive ? active : inactive, stamp: updatedAt };
}

function nameKey(name: string): string {
  return `name/${foldCase(name)}`;
}

function externalIdKey(externalId: string): string {
  return `externalId/${externalId}`;
}

function activityKey(id: UserId): string {
  return `account/${id}`;
}
