import type { EntityReference, Team, UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { invalidValue } from '@scim-gateway/scim';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import type { GroupState } from '../../translation/group.ts';
import type { ReadGroup } from '../../translation/group-plan.ts';
import {
  diffMembers,
  hasPending,
  type MemberDelta,
  withoutPending,
  withPending,
} from '../../translation/membership.ts';
import { isTombstone } from '../../translation/user.ts';
import type { LockKeys, Session } from '../session.ts';
import { readMembers, toReference } from './read.ts';
import { type ResolvedMembers, refuseUnknown, resolveByReading, resolveMembers } from './resolve.ts';
import { changeMembership, isRefusal, unlessRefused, type WrittenMembers } from './write.ts';

/** A change of a group's members that is ready to be applied. */
export interface PreparedMembership {
  readonly team: Team;
  /** The members before the change, where they were read. */
  readonly present: readonly EntityReference[] | undefined;
  readonly delta: MemberDelta;
  readonly resolved: ResolvedMembers;
  /** Whether applying it writes anything. */
  readonly changes: boolean;
  /** Whether the members will differ from the requested ones, as far as is known before the change. */
  readonly incomplete: boolean;
}

/** The members of a group after a change. */
export interface MembershipOutcome {
  /** Undefined when they must be read. */
  readonly members: readonly EntityReference[] | undefined;
  /** Whether they differ from the requested ones; the answer should then show them. */
  readonly incomplete: boolean;
}

/** The longest delta that is resolved at once. From a longer one, users for whom nothing changes are dropped first. */
const longestDelta = 1000;

/** The lock keys of the users that a delta names. */
export function memberKeys({ add, remove }: MemberDelta): LockKeys {
  return [...add, ...remove].flatMap((id) => (parseUserId(id) === undefined ? [] : [{ user: id }]));
}

/**
 * The members that a group can get which does not exist yet, or which must not be touched before they are known.
 *
 * @throws ScimError `invalidValue` as `prepareMembership`.
 */
export async function findMembers(members: readonly string[], session: Session): Promise<readonly UserId[]> {
  if (members.length === 0) return [];
  const delta = { add: members, remove: [], isPart: true };
  const resolved = await resolveMembers(undefined, delta, session);
  refuseLost(resolved, delta, session);
  return resolved.add.map(({ id }) => id);
}

/**
 * Resolves the users that a delta names; nothing is written before `applyMembership`. The caller has locked them
 * (`memberKeys`) and keeps them locked until the change is applied.
 *
 * @throws ScimError `invalidValue` for unknown members, as the profile demands, and for inactive ones whose membership
 * Collate does not change and nothing can remember.
 */
export async function prepareMembership(
  { state, members }: ReadGroup,
  asked: MemberDelta,
  session: Session,
): Promise<PreparedMembership> {
  const { team } = state;
  const delta = await withoutUnchanged(state, asked, session);
  const resolved = await resolveMembers(team.id, delta, session);
  refuseLost(resolved, delta, session);
  notifyUnknown(team, resolved.unknown, session);
  const { add, remove, pending, superseded, unknown, strays } = resolved;
  const stored = session.annotations === undefined ? 0 : pending.length + superseded.length;
  return {
    team,
    present: members,
    delta,
    resolved,
    changes: add.length + remove.length + strays.length + stored > 0,
    incomplete: unknown.length > 0 || (session.annotations === undefined && pending.length > 0),
  };
}

/**
 * Stores pending changes, then removes and adds members.
 *
 * @throws ScimError `invalidValue` when no user has any of the ids to add, which only Collate's answer may show.
 */
export async function applyMembership(prepared: PreparedMembership, session: Session): Promise<MembershipOutcome> {
  const { team, present, resolved } = prepared;
  const { add, remove } = resolved;
  const report = (result: 'ok' | 'failed') => {
    const { provider } = session.context.principal;
    session.events.onMembership?.({ provider, added: add.length, removed: remove.length, result });
  };
  try {
    const { as, written } = await apply(prepared, session);
    await unlessRefused(session.collate.teams.removeUsers(team, resolved.strays));
    const lost = [...written.unknown, ...(await settle(team, written, session))];
    notifyUnknown(team, lost, session);
    refuseUnknown([...as.unknown, ...lost], prepared.delta, session);
    report('ok');
    const isAsResolved = as === resolved && lost.length === 0;
    return {
      members: isAsResolved && present !== undefined ? toMembersAfter(present, resolved) : undefined,
      incomplete: prepared.incomplete || as.unknown.length + lost.length > 0,
    };
  } catch (error) {
    report('failed');
    throw error;
  }
}

/** Drops from a long delta users for whom nothing changes: so the repetition of an interrupted change resumes. */
async function withoutUnchanged(group: GroupState, asked: MemberDelta, session: Session): Promise<MemberDelta> {
  const { add, remove } = asked;
  if (add.length + remove.length <= longestDelta) return asked;
  const members = (await readMembers(group, session)).map(({ id }) => id);
  const missing = new Set(diffMembers(members, add).add);
  const present = new Set(members);
  const rest = { ...asked, add: add.filter((id) => missing.has(id)), remove: remove.filter((id) => present.has(id)) };
  return asked.keeps === true || rest.add.length < add.length ? { ...rest, keeps: true } : rest;
}

/** A change as it was made, and what Collate's answers showed. */
interface AppliedMembership {
  readonly as: ResolvedMembers;
  readonly written: WrittenMembers;
}

/**
 * Collate refuses a whole call for one user whom it does not accept: an inactive one, or an unknown one that the index
 * lists. Then each user is read, and the changes of inactive users wait.
 */
async function apply({ team, resolved, delta }: PreparedMembership, session: Session): Promise<AppliedMembership> {
  await storePending(team, resolved, session);
  try {
    return { as: resolved, written: await changeMembership(team, resolved, session) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const named = { add: resolved.add.map(({ id }) => id), remove: resolved.remove.map(({ id }) => id) };
    const again = await resolveByReading(named, { team: team.id, triesInactive: false }, session);
    if (again.add.length === resolved.add.length && again.remove.length === resolved.remove.length) throw error;
    refuseLost(again, delta, session);
    notifyUnknown(team, again.unknown, session);
    await storePending(team, again, session);
    return { as: again, written: await changeMembership(team, again, session) };
  }
}

/**
 * Corrects the index by what Collate answered. Of users whom the index listed as active, removes the deleted ones from
 * the team again, and drops pending changes of the others.
 *
 * @returns the deleted ones.
 */
async function settle(team: Team, { unknown, inactive }: WrittenMembers, session: Session): Promise<readonly UserId[]> {
  const { annotations, users } = session;
  const deleted: UserId[] = [];
  for (const id of unknown) await users.noteInactive({ id, updatedAt: session.clock() });
  for (const id of inactive) {
    const state = await users.get(id);
    if (state === undefined || !state.user.deleted) continue;
    await users.noteInactive(state.user);
    if (isTombstone(state)) deleted.push(id);
    const { annotation } = state;
    if (isTombstone(state) || annotation === undefined || !hasPending(annotation, team.id)) continue;
    await users.write([state], async () => annotations?.put(withoutPending(annotation, team.id)));
  }
  await session.collate.teams.removeUsers(team, deleted);
  return deleted;
}

/** The members after the change; undefined when it has pending parts, or adds a user of whom only the id is known. */
function toMembersAfter(
  present: readonly EntityReference[],
  { add, remove, pending, superseded }: ResolvedMembers,
): readonly EntityReference[] | undefined {
  const joined = add.flatMap(({ user }) => (user === undefined ? [] : [toReference(user)]));
  if (pending.length + superseded.length > 0 || joined.length < add.length) return undefined;
  const removed = new Set<string>(remove.map(({ id }) => id));
  return [...present.filter(({ id }) => !removed.has(id)), ...joined];
}

async function storePending(team: Team, { pending, superseded }: ResolvedMembers, session: Session): Promise<void> {
  const { annotations, users } = session;
  if (annotations === undefined) return;
  for (const state of superseded) {
    const { annotation } = state;
    if (annotation === undefined) continue;
    await users.write([state], () => annotations.put(withoutPending(annotation, team.id)));
  }
  for (const { state, joins } of pending) {
    const { user } = state;
    // The index may list the user as active, although an administrator deactivated the user. The next change would then
    // not read the user, and miss the pending change. Correct the index first: after a crash in between, a repetition
    // would find the pending change stored, and not get here.
    await users.noteInactive(user);
    const annotation = state.annotation ?? emptyUserAnnotation(user, session.context.principal.provider);
    await users.write([state], () => annotations.put(withPending(annotation, user, { team: team.id, joins })));
    session.events.onNotice?.({ kind: 'membership-waits', userId: user.id });
  }
}

/**
 * Where nothing can remember a change of an inactive user that Collate does not make, an addition is refused. A removal
 * is refused unless the request has other parts: then the answer shows that the user is still a member.
 *
 * @throws ScimError `invalidValue` that names a user.
 */
function refuseLost({ pending }: ResolvedMembers, { add, remove, isPart }: MemberDelta, session: Session): void {
  if (session.annotations !== undefined) return;
  const lost = pending.find(({ joins }) => joins) ?? pending[0];
  if (lost === undefined) return;
  const { id } = lost.state.user;
  if (lost.joins) {
    throw invalidValue(
      `members: user ${id} is inactive, and this Collate server adds active users only. Activate the user first, or leave it out.`,
    );
  }
  // As the request has it, not what is left to do: a repetition must not be refused for what the first attempt did.
  if (add.length + remove.length === pending.length && isPart !== true) {
    throw invalidValue(
      `members: user ${id} is inactive, and this Collate server removes active users only. Activate the user first, or remove it in Collate.`,
    );
  }
  for (const { state } of pending) session.events.onNotice?.({ kind: 'removal-not-kept', userId: state.user.id });
}

function notifyUnknown(team: Team, unknown: readonly string[], session: Session): void {
  if (unknown.length === 0) return;
  session.events.onNotice?.({ kind: 'unknown-members-skipped', groupId: team.id, count: unknown.length });
}
