import { setMember } from '@scim-gateway/collate-client/model';
import { equalJson, mutability, type Resource, uniqueness } from '@scim-gateway/scim';
import { answersTo, type GroupState, isVisible } from '../../translation/group.ts';
import {
  changesAttributes,
  type GroupPlan,
  planGroup,
  type ShownGroup,
  toPlannedGroup,
} from '../../translation/group-plan.ts';
import type { MemberDelta } from '../../translation/membership.ts';
import { assertName } from '../../translation/names.ts';
import {
  applyMembership,
  type MembershipOutcome,
  memberKeys,
  type PreparedMembership,
  prepareMembership,
} from '../membership/change.ts';
import type { LockKeys, Session } from '../session.ts';
import { bindGroup } from './adopt.ts';
import { dependsOnVersion, getGroup, readForChange } from './read.ts';

/** A change of a group as a request asks for it, before the group is read. */
export interface GroupChange {
  /** The names that the change gives to the group. */
  readonly displayNames: readonly string[];
  /** The users to add and remove; undefined when that depends on the present members. */
  readonly delta: MemberDelta | undefined;
  /** Whether the request names nothing but users to add and remove. */
  readonly membersOnly: boolean;
  /** The whole group afterwards. @param shown the group before; it has members only where `delta` is undefined. */
  readonly toAfter: (shown: Resource) => Resource;
}

/** A group after a change. */
export interface GroupOutcome extends MembershipOutcome {
  readonly state: GroupState;
  /** Whether anything but membership changed. */
  readonly attributesChanged: boolean;
}

/**
 * Changes a group with the fewest writes; none when nothing differs. Refusals come before the first write. The first
 * write adopts an unbound team.
 *
 * Changes that only name users to add and remove commute, and lock just these users. Adoption records the members of
 * that moment, so it needs the group's lock: when such a change finds an unbound team, it starts over under that lock.
 *
 * @throws ScimError 404 for an unknown group, 403 for a refused adoption, 400, 409 or 412 for a refused change.
 */
export async function changeGroup(id: string, change: GroupChange, session: Session): Promise<GroupOutcome> {
  const outcome = commutes(change, session) ? await changeBound(id, change, session) : undefined;
  return outcome ?? (await changeAlone(id, change, session));
}

function commutes(change: GroupChange, session: Session): boolean {
  return change.membersOnly && change.delta !== undefined && !dependsOnVersion(session);
}

/** Changes a bound group beside other changes of it; undefined when the group must be adopted first. */
function changeBound(id: string, change: GroupChange, session: Session): Promise<GroupOutcome | undefined> {
  return session.locked(knownMemberKeys(change), async () => {
    const state = await getGroup(id, session);
    if (state.annotation === undefined && session.annotations !== undefined) return undefined;
    const group = await readForChange(state, { needsMembers: false }, session);
    return execute(group, planChange(group, change, session), session);
  });
}

/** Changes a group while nothing else changes it as a whole, or depends on its members. */
function changeAlone(id: string, change: GroupChange, session: Session): Promise<GroupOutcome> {
  const keys = [...change.displayNames.map((groupName) => ({ groupName })), { group: id }, ...knownMemberKeys(change)];
  return session.locked(keys, async () => {
    const state = await getGroup(id, session);
    const group = await readForChange(state, { needsMembers: change.delta === undefined }, session);
    const plan = planChange(group, change, session);
    if (change.delta !== undefined) return execute(group, plan, session);
    return session.locked(memberKeys(plan.members), () => execute(group, plan, session));
  });
}

function knownMemberKeys({ delta }: GroupChange): LockKeys {
  return delta === undefined ? [] : memberKeys(delta);
}

function planChange(group: ShownGroup, change: GroupChange, session: Session): GroupPlan {
  const { toAfter, delta, membersOnly } = change;
  const plan = planGroup(group, { after: toAfter(group.shown), delta }, session.presentation.map);
  const isExact = delta === undefined;
  return { ...plan, members: { ...plan.members, isExact, isPart: !membersOnly || isExact } };
}

/** The caller has locked the members that the plan names. */
async function execute(group: ShownGroup, plan: GroupPlan, session: Session): Promise<GroupOutcome> {
  const { state } = group;
  await assertAllowed(plan, state, session);
  const attributesChanged = changesAttributes(plan);
  const membership = await prepareMembership(group, plan.members, session);
  if (!membership.changes && !attributesChanged) {
    // An earlier attempt may have crashed between its write and the invalidation, so invalidate here too.
    const unchanged = { state, members: group.members, attributesChanged, incomplete: membership.incomplete };
    return session.groups.write([state], async () => unchanged);
  }
  const written = await write(group, plan, membership, session);
  const now = attributesChanged ? await getGroup(state.team.id, session) : state;
  return { state: now, ...written, attributesChanged };
}

/**
 * Writes the baseline of an adoption first, so that no repetition takes a member added below for an earlier one. Then
 * come the members, the team, and the attributes that the annotation remembers.
 */
async function write(
  group: ShownGroup,
  plan: GroupPlan,
  membership: PreparedMembership,
  session: Session,
): Promise<MembershipOutcome> {
  const { state } = group;
  const bound = await bindGroup(group, session);
  const writesDisplayName = session.upstream.capabilities.displayNames.teams;
  const after = toPlannedGroup(bound, plan, { writesDisplayName });
  return session.groups.write([state, after], async () => {
    if (state.annotation === undefined) await session.annotations?.put(bound.annotation);
    const outcome = await applyMembership(membership, session);
    const { displayName } = after.team;
    if (displayName !== undefined && displayName !== state.team.displayName) {
      await session.collate.teams.patch(state.team.id, [setMember('displayName', displayName)]);
    }
    if (!equalJson(after.annotation, bound.annotation)) await session.annotations?.put(after.annotation);
    if (plan.displayName !== undefined && bound.annotation.created && !writesDisplayName) {
      const kind = session.annotations === undefined ? 'display-name-dropped' : 'display-name-remembered';
      session.events.onNotice?.({ kind, groupId: state.team.id });
    }
    return outcome;
  });
}

async function assertAllowed({ displayName }: GroupPlan, state: GroupState, session: Session): Promise<void> {
  if (displayName === undefined) return;
  assertName('displayName', displayName);
  const others = await session.groups.find({ by: 'displayName', value: displayName });
  const taken = others.some(
    (other) => other.team.id !== state.team.id && isVisible(other) && answersTo(other, displayName) === 'displayName',
  );
  if (taken) throw uniqueness('Another group already has this displayName.');
  if (session.annotations === undefined && !(await session.groups.wasCreatedBySCIM(state))) {
    throw mutability(
      'displayName of an existing Collate team cannot change: this Collate has no document store to remember it.',
    );
  }
}
