import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { invalidValue } from '@scim-gateway/scim';
import pMap from 'p-map';
import { hasPending, hasTeam, type MemberDelta } from '../../translation/membership.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import type { Session } from '../session.ts';

/** Reads of members that one change may have in flight. */
const inParallel = { concurrency: 16 } as const;

/** A user to add to a team or to remove from it. */
export interface NamedUser {
  readonly id: UserId;
  /** The user with the teams, as just read; absent when only the index was asked. */
  readonly user?: User;
}

/** The change of one inactive user's membership, to be applied on reactivation. */
interface PendingChange {
  readonly state: UserState;
  readonly joins: boolean;
}

/** A membership delta, sorted by what can be done for each user. Users for whom nothing changes are left out. */
export interface ResolvedMembers {
  readonly add: readonly NamedUser[];
  readonly remove: readonly NamedUser[];
  readonly pending: readonly PendingChange[];
  /** Users with a pending change of this membership, which the delta supersedes. */
  readonly superseded: readonly UserState[];
  /** Ids to add that no user has. */
  readonly unknown: readonly string[];
  /**
   * Ids that no user has, and that shall not be members: Collate may have stored them before. No read of a team shows
   * such a member, so only a request that names it can repair the team.
   */
  readonly strays: readonly UserId[];
}

/** The shortest delta for which the index is asked. Reading fewer users also shows which are members already. */
const indexedFrom = 3;

/** How a delta is resolved. */
interface Resolution {
  /** Undefined while the team does not exist. */
  readonly team: TeamId | undefined;
  /** Whether Collate is asked to change memberships of inactive users, too; otherwise these changes wait. */
  readonly triesInactive: boolean;
}

/**
 * Finds out what the delta means for each user; nothing is written. The index is asked first: users that it lists as
 * active are not read, and `add` and `remove` contain them whether they are members or not. That needs Collate's
 * membership endpoints, which accept repetitions. These endpoints are tried for inactive users, too.
 *
 * Unknown ids are left out, so that one of them cannot block the other changes of the group.
 *
 * @param team undefined while the team does not exist.
 * @throws ScimError `invalidValue` when the delta names unknown ids only; in the strict profile, when it names any.
 */
export async function resolveMembers(
  team: TeamId | undefined,
  delta: MemberDelta,
  session: Session,
): Promise<ResolvedMembers> {
  const resolution = { team, triesInactive: session.upstream.capabilities.membershipEndpoints };
  const indexed = await findIndexed(delta, session);
  const listed = (ids: readonly string[]): readonly NamedUser[] =>
    ids.flatMap((text) => {
      const id = parseUserId(text);
      return id !== undefined && indexed.has(id) ? [{ id }] : [];
    });
  for (;;) {
    const { add, remove } = withoutIds(delta, indexed);
    const read = await resolveByReading({ ...delta, add, remove }, resolution, session);
    const isAnyKnown = read.unknown.length < add.length || namesOthers(delta);
    if (isAnyKnown || listed(delta.add).length === 0) {
      refuseUnknown(read.unknown, delta, session);
      return { ...read, add: [...listed(delta.add), ...read.add], remove: [...listed(delta.remove), ...read.remove] };
    }
    // The index may list users who have been deleted for good, so a user to add is read before the first write.
    for (const { id } of listed(delta.add).slice(0, add.length + 1)) indexed.delete(id);
  }
}

/** As `resolveMembers`, but reads each user instead of asking the index, and refuses nothing. */
export async function resolveByReading(
  delta: MemberDelta,
  { team, triesInactive }: Resolution,
  session: Session,
): Promise<ResolvedMembers> {
  const read = async (id: string) => ({ id, state: await session.users.get(id, ['teams']) });
  const adding = await pMap(delta.add, read, inParallel);
  const removing = await pMap(delta.remove, read, inParallel);
  const waits = ({ user }: UserState) => user.deleted && !triesInactive;
  const isMember = (state: UserState) => (waits(state) ? isShownMember(state, team) : hasTeam(state.user, team));
  const joiners = adding.flatMap(({ state }) => (isKnown(state) && !isMember(state) ? [state] : []));
  const leavers = removing.flatMap(({ state }) => (state !== undefined && isMember(state) ? [state] : []));
  const strays = [...removing, ...(delta.isExact === true ? adding : [])].filter(({ state }) => state === undefined);
  const isSuperseded = (state: UserState) => !waits(state) && hasPending(state.annotation, team);
  return {
    add: joiners.filter((state) => !waits(state)).map(toNamed),
    remove: leavers.filter((state) => !waits(state)).map(toNamed),
    pending: [
      ...joiners.filter(waits).map((state) => ({ state, joins: true })),
      ...leavers.filter(waits).map((state) => ({ state, joins: false })),
    ],
    superseded: [...adding, ...removing].flatMap(({ state }) => (isKnown(state) && isSuperseded(state) ? [state] : [])),
    unknown: adding.flatMap(({ id, state }) => (isKnown(state) ? [] : [id])),
    strays: triesInactive ? strays.flatMap(({ id }) => parseUserId(id) ?? []) : [],
  };
}

/**
 * The users of a delta that need not be read. In the strict profile each is read: one unknown id refuses the request,
 * and a refusal must come before the first write.
 */
async function findIndexed({ add, remove }: MemberDelta, session: Session): Promise<Set<string>> {
  const { capabilities } = session.upstream;
  const reads = add.length + remove.length < indexedFrom || session.context.tolerance.profile === 'strict';
  if (reads || !capabilities.membershipEndpoints) return new Set();
  return new Set(await session.users.active([...add, ...remove].flatMap((id) => parseUserId(id) ?? [])));
}

function withoutIds({ add, remove }: MemberDelta, ids: ReadonlySet<string>): MemberDelta {
  const others = (list: readonly string[]) => list.filter((id) => !ids.has(parseUserId(id) ?? id));
  return { add: others(add), remove: others(remove) };
}

/** @throws ScimError `invalidValue` when these unknown ids refuse the request. */
export function refuseUnknown(unknown: readonly string[], delta: MemberDelta, session: Session): void {
  const all = unknown.length > 0 && unknown.length === delta.add.length && !namesOthers(delta);
  if (!all && (unknown.length === 0 || session.context.tolerance.profile !== 'strict')) return;
  const others = unknown.length > 3 ? ` (and ${unknown.length - 3} more)` : '';
  const shown = `${unknown.slice(0, 3).join(', ')}${others}`;
  throw invalidValue(`members: no user has the id ${shown}. Provision the user first; a group cannot be a member.`);
}

/** Whether the request does something even if no user has an id to add. */
function namesOthers({ remove, keeps }: MemberDelta): boolean {
  return remove.length > 0 || keeps === true;
}

function isKnown(state: UserState | undefined): state is UserState {
  return state !== undefined && !isTombstone(state);
}

/** Whether SCIM shows an inactive user as a member: pending changes count. */
function isShownMember({ user, annotation }: UserState, team: TeamId | undefined): boolean {
  if (team === undefined || annotation?.waiting.remove.includes(team) === true) return false;
  return annotation?.waiting.add.includes(team) === true || hasTeam(user, team);
}

function toNamed({ user }: UserState): NamedUser {
  return { id: user.id, user };
}
