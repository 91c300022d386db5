import type { TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { invalidValue } from '@scim-gateway/scim';
import type { UserAnnotation } from '../../translation/annotation.ts';
import type { MemberDelta } from '../../translation/membership.ts';
import { isTombstone, type UserState } from '../../translation/user.ts';
import { userKey } from '../collate/lock-keys.ts';
import { mapBounded, parallelCalls } from '../parallel.ts';
import type { Session } from '../session.ts';

/** A live person who is to join or to leave. */
export interface Person {
  readonly id: UserId;
  /** As read a moment ago, with the teams; absent where the index vouches. */
  readonly user?: User;
}

/** A membership delta after each id was looked at: what Collate can do now, what has to wait, what nobody can do. */
export interface ResolvedMembers {
  readonly add: readonly Person[];
  readonly remove: readonly Person[];
  /** Inactive people whose change has to wait for their return. */
  readonly waiting: readonly { readonly state: UserState; readonly joins: boolean }[];
  /** Live people of whom an earlier change of this membership still waits, since their return was cut short; this one overtakes it. */
  readonly overtaken: readonly UserState[];
  /** Ids that no user has. */
  readonly unknown: readonly string[];
}

/** From so many people on the index is asked whether they exist: for fewer, a look at each proves it, and tells who is in already. */
const manyPeople = 3;

/** The queue keys of everybody that a delta names. */
export function queueKeys(delta: MemberDelta): readonly string[] {
  return [...delta.add, ...delta.remove].flatMap((id) => (parseUserId(id) === undefined ? [] : [userKey(id)]));
}

/**
 * Looks at everybody the delta names, before anything is written. Where Collate's endpoints commute and repeat without harm, the index
 * vouches for people who were active when last heard of; Collate refuses the whole call for one who is not any more.
 *
 * One dead id must not block a group, least of all its revocations: unknown ones are left out, unless nobody is known.
 *
 * @throws ScimError `invalidValue` when all that are to be added are unknown, or, in the strict profile, any.
 */
export async function resolveMembers(team: TeamId, delta: MemberDelta, session: Session): Promise<ResolvedMembers> {
  const vouched = await findVouched(delta, session);
  const resolved = await lookAtEach(team, withoutIds(delta, vouched), session);
  refuseUnknown(resolved.unknown, delta, session);
  const known = (ids: readonly string[]): readonly Person[] =>
    ids.flatMap((text) => {
      const id = parseUserId(text);
      return id !== undefined && vouched.has(id) ? [{ id }] : [];
    });
  return {
    ...resolved,
    add: [...known(delta.add), ...resolved.add],
    remove: [...known(delta.remove), ...resolved.remove],
  };
}

/** As `resolveMembers`, by a look at each person, whatever the index says; nothing is refused. */
export async function lookAtEach(team: TeamId, delta: MemberDelta, session: Session): Promise<ResolvedMembers> {
  const look = (ids: readonly string[]) =>
    mapBounded(ids, parallelCalls, async (id) => ({ id, state: await session.users.get(id, ['teams']) }));
  const adding = await look(delta.add);
  const removing = await look(delta.remove);
  const unknown = adding.flatMap(({ id, state }) => (isKnown(state) ? [] : [id]));
  const joiners = adding.flatMap(({ state }) => (isKnown(state) && !isMember(state, team) ? [state] : []));
  const leavers = removing.flatMap(({ state }) => (state !== undefined && isMember(state, team) ? [state] : []));
  return {
    add: toPeople(joiners),
    remove: toPeople(leavers),
    waiting: [...inactive(joiners, true), ...inactive(leavers, false)],
    overtaken: [...adding, ...removing].flatMap(({ state }) =>
      isKnown(state) && !state.user.deleted && waitsFor(state.annotation, team) ? [state] : [],
    ),
    unknown,
  };
}

/** Whether the user is, or, if inactive, will be on returning, a member. */
export function isMember({ user, annotation }: UserState, team: TeamId): boolean {
  if (!user.deleted) return hasTeam(user, team);
  if (annotation?.waiting.remove.includes(team) === true) return false;
  return annotation?.waiting.add.includes(team) === true || hasTeam(user, team);
}

/** The annotation without what waits for the team. */
export function withoutWait(annotation: UserAnnotation, team: TeamId): UserAnnotation {
  const add = annotation.waiting.add.filter((id) => id !== team);
  const remove = annotation.waiting.remove.filter((id) => id !== team);
  return { ...annotation, waiting: { add, remove } };
}

/** The annotation after a membership change was put off; undoing one that waits leaves nothing waiting. */
export function putOff(annotation: UserAnnotation, user: User, team: TeamId, joins: boolean): UserAnnotation {
  const settled = withoutWait(annotation, team);
  const { add, remove } = settled.waiting;
  if (hasTeam(user, team) === joins) return settled;
  return { ...annotation, waiting: joins ? { add: [...add, team], remove } : { add, remove: [...remove, team] } };
}

async function findVouched({ add, remove }: MemberDelta, session: Session): Promise<ReadonlySet<string>> {
  if (add.length + remove.length < manyPeople || !session.upstream.capabilities.membershipEndpoints) return new Set();
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
  const shown = unknown.slice(0, 3).join(', ');
  throw invalidValue(
    `members: no user has the id ${shown}${unknown.length > 3 ? ` (and ${unknown.length - 3} more)` : ''}. Provision the user first.`,
  );
}

function isKnown(state: UserState | undefined): state is UserState {
  return state !== undefined && !isTombstone(state);
}

function waitsFor(annotation: UserAnnotation | undefined, team: TeamId): boolean {
  return annotation?.waiting.add.includes(team) === true || annotation?.waiting.remove.includes(team) === true;
}

function hasTeam(user: User, team: TeamId): boolean {
  return user.teams?.some(({ id }) => id === team) === true;
}

function toPeople(states: readonly UserState[]): readonly Person[] {
  return states.flatMap(({ user }) => (user.deleted ? [] : [{ id: user.id, user }]));
}

function inactive(states: readonly UserState[], joins: boolean): ResolvedMembers['waiting'] {
  return states.flatMap((state) => (state.user.deleted ? [{ state, joins }] : []));
}
