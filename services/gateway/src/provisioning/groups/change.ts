import type { EntityReference } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import { equalJson, mutability, uniqueness } from '@scim-gateway/scim';
import type { GroupAnnotation } from '../../translation/annotation.ts';
import { answersTo, effectiveName, type GroupState, isVisible, shownGroupName } from '../../translation/group.ts';
import type { MemberDelta } from '../../translation/membership.ts';
import { assertVisible } from '../../translation/names.ts';
import { textAt } from '../../translation/resource-values.ts';
import { prepareMembership, shownMembers, userIds } from '../membership/change.ts';
import type { Session } from '../session.ts';
import { toAdopted } from './adopt.ts';

/** What a group shall be: its attributes as a resource without members, and who joins and leaves. */
export interface GroupChange {
  readonly after: Resource;
  readonly delta: MemberDelta;
  /** Who is in, where that was read. */
  readonly present?: readonly EntityReference[];
}

/** What a change of a group came to. */
export interface GroupOutcome {
  /** Whether anything but membership changed. */
  readonly attributes: boolean;
  /** Whether somebody asked for cannot be where the provider wants; the answer should then show who is in. */
  readonly incomplete: boolean;
  /** Who is in now, where that is known without reading it again. */
  readonly members?: readonly EntityReference[] | undefined;
}

/**
 * Makes Collate hold of a group what was asked for: refusals first, then removals and additions of members, then what is
 * remembered. An unbound team is adopted by the first write. No difference, no write.
 */
export async function changeGroup(state: GroupState, change: GroupChange, session: Session): Promise<GroupOutcome> {
  const rename = planRename(state, change.after);
  await assertRenameAllowed(rename, state, session);
  using members = await prepareMembership(state, change.delta, session);
  const remembered = rememberedAfter(state, change.after, session);
  const attributes = rename !== undefined || !equalJson(remembered, withoutName(state.annotation));
  const outcome = { attributes, incomplete: members.incomplete };
  if (!members.changes && !attributes) {
    // Who made it so may have died before saying so: look-ups may still have what they found meanwhile.
    await session.groups.forget([state]);
    return { ...outcome, members: change.present };
  }
  const bound = state.annotation ?? (await bind(state, session));
  try {
    const after = await members.apply(change.present);
    const next = await applyRename(rename, { ...state, annotation: bound }, session);
    const annotation = { ...next, attributes: { ...keepName(next), ...remembered } };
    const keeps = session.annotations !== undefined && !equalJson(annotation, bound);
    if (keeps) await session.annotations.put(annotation);
    return { ...outcome, members: after };
  } finally {
    // Whatever became of it: what the group may be called from now on finds it.
    const attributes = rename === undefined ? remembered : { ...remembered, displayName: rename };
    await session.groups.forget([state, { ...state, annotation: { ...bound, attributes } }]);
  }
}

/**
 * Deletes a group for SCIM: a team that SCIM made is emptied and soft deleted; an adopted one loses all but those who were in it
 * before, and is let go. Only the latter needs a tombstone: of the former, Collate's own mark says everything.
 */
export async function removeGroup(state: GroupState, session: Session): Promise<void> {
  const keeps = session.annotations !== undefined;
  const annotation = state.annotation ?? (await toAdopted(state, shownGroupName(state), session));
  const baseline = new Set<string>(keeps && !annotation.created ? annotation.baseline : []);
  const members = userIds(await shownMembers(state, session));
  const delta = { add: [], remove: members.filter((id) => !baseline.has(id)) };
  using prepared = await prepareMembership(state, delta, session);
  try {
    await prepared.apply();
    if (annotation.created) await session.collate.teams.remove(state.team.id, { hardDelete: false });
    else if (keeps) await session.annotations.put({ ...annotation, tombstone: true });
  } finally {
    await session.groups.forget([state]);
  }
}

/** The annotation that the first write gives a group, before anybody joins or leaves; in memory only where there is no document store. */
async function bind(state: GroupState, session: Session): Promise<GroupAnnotation> {
  const annotation = await toAdopted(state, shownGroupName(state), session);
  if (session.annotations !== undefined) await session.annotations.put(annotation);
  return annotation;
}

function planRename(state: GroupState, after: Resource): string | undefined {
  const displayName = textAt(after, 'displayName');
  return displayName === undefined || displayName === shownGroupName(state)
    ? undefined
    : assertVisible('displayName', displayName);
}

async function assertRenameAllowed(rename: string | undefined, state: GroupState, session: Session): Promise<void> {
  if (rename === undefined) return;
  const others = await session.groups.find({ by: 'displayName', value: rename });
  const taken = others.some(
    (other) => other.team.id !== state.team.id && isVisible(other) && answersTo(other, rename) === 'displayName',
  );
  if (taken) throw uniqueness(`displayName is already that of another group.`);
  if (session.annotations === undefined && !(await session.groups.wasCreatedBySCIM(state))) {
    throw mutability(
      'displayName of an existing Collate team cannot change: this Collate has no document store to remember another one.',
    );
  }
}

/** A team that SCIM made is renamed in Collate; what a provider calls an adopted one is remembered. */
async function applyRename(
  rename: string | undefined,
  state: GroupState & { readonly annotation: GroupAnnotation },
  session: Session,
): Promise<GroupAnnotation> {
  const { team, annotation } = state;
  if (rename === undefined) return annotation;
  if (!annotation.created)
    return { ...annotation, attributes: rename === effectiveName(team) ? {} : { displayName: rename } };
  await session.collate.teams.patch(team.id, [{ op: 'add', path: '/displayName', value: rename }]);
  return { ...annotation, attributes: {} };
}

function rememberedAfter(state: GroupState, after: Resource, session: Session): GroupAnnotation['attributes'] {
  if (!session.presentation.map.remembers('externalId')) return withoutName(state.annotation);
  const externalId = textAt(after, 'externalId');
  return externalId === undefined ? {} : { externalId };
}

function withoutName(annotation: GroupAnnotation | undefined): GroupAnnotation['attributes'] {
  const { displayName: _displayName, ...others } = annotation?.attributes ?? {};
  return others;
}

function keepName(annotation: GroupAnnotation): GroupAnnotation['attributes'] {
  const displayName = annotation.attributes['displayName'];
  return displayName === undefined ? {} : { displayName };
}
