import type { EntityReference, Team } from '@scim-gateway/collate-client/model';
import { CollateError, parseUserId } from '@scim-gateway/collate-client/model';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import type { GroupState } from '../../translation/group.ts';
import type { ReadGroup } from '../../translation/group-plan.ts';
import { diffMembers, type MemberDelta, withoutPending, withPending } from '../../translation/membership.ts';
import type { LockKeys, Session } from '../session.ts';
import { readMembers, toReference } from './read.ts';
import { type ResolvedMembers, resolveByReading, resolveMembers } from './resolve.ts';
import { changeMembership } from './write.ts';

/** A change of a group's members that is ready to be applied. */
export interface PreparedMembership {
  readonly team: Team;
  /** The members before the change, where they were read. */
  readonly present: readonly EntityReference[] | undefined;
  readonly resolved: ResolvedMembers;
  /** Whether applying it writes anything. */
  readonly changes: boolean;
  /** Whether the members will differ from the requested ones; the answer should then show them. */
  readonly incomplete: boolean;
}

/** The longest delta that is resolved at once. From a longer one, users for whom nothing changes are dropped first. */
const longestDelta = 1000;

/** Collate's refusals of a whole call when one of its users is not active. */
const refusals = new Set(['not-found', 'rejected']);

/** The lock keys of the users that a delta names. */
export function memberKeys({ add, remove }: MemberDelta): LockKeys {
  return [...add, ...remove].flatMap((id) => (parseUserId(id) === undefined ? [] : [{ user: id }]));
}

/**
 * Resolves the users that a delta names; nothing is written before `applyMembership`. The caller has locked them
 * (`memberKeys`) and keeps them locked until the change is applied.
 *
 * @throws ScimError `invalidValue` for unknown members, as the profile demands.
 */
export async function prepareMembership(
  { state, members }: ReadGroup,
  asked: MemberDelta,
  session: Session,
): Promise<PreparedMembership> {
  const { team } = state;
  const delta = await withoutUnchanged(state, asked, session);
  const resolved = await resolveMembers(team.id, delta, session);
  notifyUnknown(team, resolved, session);
  const { add, remove, pending, superseded, unknown } = resolved;
  const stored = session.annotations === undefined ? 0 : pending.length + superseded.length;
  return {
    team,
    present: members,
    resolved,
    changes: add.length + remove.length + stored > 0,
    incomplete: unknown.length > 0 || (session.annotations === undefined && pending.length > 0),
  };
}

/**
 * Stores pending changes, then removes and adds members.
 *
 * @returns the members afterwards; undefined when they must be read.
 */
export async function applyMembership(
  { team, present, resolved }: PreparedMembership,
  session: Session,
): Promise<readonly EntityReference[] | undefined> {
  const { add, remove } = resolved;
  const report = (result: 'ok' | 'failed') => {
    const { provider } = session.context.principal;
    session.events.onMembership?.({ provider, added: add.length, removed: remove.length, result });
  };
  try {
    const outcome = await apply(team, resolved, session);
    report('ok');
    return outcome === 'as-resolved' && present !== undefined ? toMembersAfter(present, resolved) : undefined;
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
  const rest = { add: add.filter((id) => missing.has(id)), remove: remove.filter((id) => present.has(id)) };
  return asked.keeps === true || rest.add.length < add.length ? { ...rest, keeps: true } : rest;
}

/** Collate refuses the whole call if the index lists an inactive user as active. Then reads each user and tries again. */
async function apply(
  team: Team,
  resolved: ResolvedMembers,
  session: Session,
): Promise<'as-resolved' | 'resolved-again'> {
  await storePending(team, resolved, session);
  try {
    await changeMembership(team, resolved, session);
    return 'as-resolved';
  } catch (error) {
    if (!(error instanceof CollateError) || !refusals.has(error.kind)) throw error;
    const named = { add: resolved.add.map(({ id }) => id), remove: resolved.remove.map(({ id }) => id) };
    const again = await resolveByReading(team.id, named, session);
    if (again.add.length === resolved.add.length && again.remove.length === resolved.remove.length) throw error;
    notifyUnknown(team, again, session);
    await storePending(team, again, session);
    await changeMembership(team, again, session);
    return 'resolved-again';
  }
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

function notifyUnknown(team: Team, { unknown }: ResolvedMembers, session: Session): void {
  if (unknown.length === 0) return;
  session.events.onNotice?.({ kind: 'unknown-members-skipped', groupId: team.id, count: unknown.length });
}
