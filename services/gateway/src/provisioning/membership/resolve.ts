import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { invalidValue } from '@scim-gateway/scim';
import pMap from 'p-map';
import { hasPending, hasTeam, type MemberDelta } from '../../translation/membership.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';

/** Reads of members that one change may have in flight. */
const inParallel = { concurrency: 16 } as const;

/** An active user to add to a team or to remove from it. */
export interface ActiveUser {
  readonly id: UserId;
  /** The user with the teams, as just read; absent when only the index was asked. */
  readonly user?: User;
}

/** The change of one inactive user's membership, to be applied on reactivation. */
export interface PendingChange {
  readonly state: UserState;
  readonly joins: boolean;
}

/** A membership delta, sorted by what can be done for each user. Users for whom nothing changes are left out. */
export interface ResolvedMembers {
  readonly add: readonly ActiveUser[];
  readonly remove: readonly ActiveUser[];
  readonly pending: readonly PendingChange[];
  /** Active users whose interrupted reactivation left a pending change of this membership; the delta supersedes it. */
  readonly superseded: readonly UserState[];
  /** Ids to add that no user has. */
  readonly unknown: readonly string[];
}

/** The shortest delta for which the index is asked. Reading fewer users also shows which are members already. */
const indexedFrom = 3;

/**
 * Finds out what the delta means for each user; nothing is written. The index is asked first: users that it lists as
 * active are not read, and `add` and `remove` contain them whether they are members or not. That needs Collate's
 * membership endpoints, which accept repetitions, and refuse the whole call if one of the users is not active.
 *
 * Unknown ids are left out, so that one of them cannot block the other changes of the group.
 *
 * @throws ScimError `invalidValue` when the delta names unknown ids only; in the strict profile, when it names any.
 */
export async function resolveMembers(team: TeamId, delta: MemberDelta, session: Session): Promise<ResolvedMembers> {
  const active = await findActive(delta, session);
  const resolved = await resolveByReading(team, withoutIds(delta, active), session);
  refuseUnknown(resolved.unknown, delta, session);
  const indexed = (ids: readonly string[]): readonly ActiveUser[] =>
    ids.flatMap((text) => {
      const id = parseUserId(text);
      return id !== undefined && active.has(id) ? [{ id }] : [];
    });
  return {
    ...resolved,
    add: [...indexed(delta.add), ...resolved.add],
    remove: [...indexed(delta.remove), ...resolved.remove],
  };
}

/** As `resolveMembers`, but reads each user instead of asking the index, and refuses nothing. */
export async function resolveByReading(team: TeamId, delta: MemberDelta, session: Session): Promise<ResolvedMembers> {
  const read = async (id: string) => ({ id, state: await session.users.get(id, ['teams']) });
  const adding = await pMap(delta.add, read, inParallel);
  const removing = await pMap(delta.remove, read, inParallel);
  const joiners = adding.flatMap(({ state }) => (isKnown(state) && !isMember(state, team) ? [state] : []));
  const leavers = removing.flatMap(({ state }) => (state !== undefined && isMember(state, team) ? [state] : []));
  return {
    add: joiners.flatMap(toActive),
    remove: leavers.flatMap(toActive),
    pending: [
      ...joiners.filter(isInactive).map((state) => ({ state, joins: true })),
      ...leavers.filter(isInactive).map((state) => ({ state, joins: false })),
    ],
    superseded: [...adding, ...removing].flatMap(({ state }) =>
      isKnown(state) && !isInactive(state) && hasPending(state.annotation, team) ? [state] : [],
    ),
    unknown: adding.flatMap(({ id, state }) => (isKnown(state) ? [] : [id])),
  };
}

async function findActive({ add, remove }: MemberDelta, session: Session): Promise<ReadonlySet<string>> {
  if (add.length + remove.length < indexedFrom || !session.upstream.capabilities.membershipEndpoints) return new Set();
  return session.users.active([...add, ...remove].flatMap((id) => parseUserId(id) ?? []));
}

function withoutIds({ add, remove }: MemberDelta, ids: ReadonlySet<string>): MemberDelta {
  const others = (list: readonly string[]) => list.filter((id) => !ids.has(parseUserId(id) ?? id));
  return { add: others(add), remove: others(remove) };
}

function refuseUnknown(unknown: readonly string[], delta: MemberDelta, session: Session): void {
  const namesOthers = delta.remove.length > 0 || delta.keeps === true;
  const all = unknown.length > 0 && unknown.length === delta.add.length && !namesOthers;
  if (!all && (unknown.length === 0 || session.context.tolerance.profile !== 'strict')) return;
  const others = unknown.length > 3 ? ` (and ${unknown.length - 3} more)` : '';
  const shown = `${unknown.slice(0, 3).join(', ')}${others}`;
  throw invalidValue(`members: no user has the id ${shown}. Provision the user first.`);
}

function isKnown(state: UserState | undefined): state is UserState {
  return state !== undefined && !isTombstone(state);
}

/** Whether SCIM shows the user as a member: of an inactive user, pending changes count. */
function isMember({ user, annotation }: UserState, team: TeamId): boolean {
  if (!user.deleted) return hasTeam(user, team);
  if (annotation?.waiting.remove.includes(team) === true) return false;
  return annotation?.waiting.add.includes(team) === true || hasTeam(user, team);
}

function isInactive({ user }: UserState): boolean {
  return user.deleted;
}

function toActive({ user }: UserState): readonly ActiveUser[] {
  return user.deleted ? [] : [{ id: user.id, user }];
}
