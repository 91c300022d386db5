import type { EntityReference } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import { emptyUserAnnotation } from '../translation/annotation.ts';
import type { GroupState } from '../translation/group.ts';
import type { MemberDelta } from '../translation/membership.ts';
import { readMembers } from './group-directory.ts';
import { putOff, queueKeys, type ResolvedMembers, resolveMembers } from './member-resolution.ts';
import { changeMembership } from './membership-writer.ts';
import type { Session } from './upstream.ts';
import type { Workshop } from './workshop.ts';

/** A membership change whose every id was looked at and whose people's queues are held, ready to be carried out. */
export interface PreparedMembership extends Disposable {
  readonly changes: boolean;
  /** Whether somebody asked for cannot be where the provider wants; the answer should then show who is in. */
  readonly incomplete: boolean;
  apply(): Promise<void>;
}

/**
 * Looks at everybody a delta names and takes their queues; nothing is written before `apply`.
 *
 * @throws ScimError `invalidValue` for unknown members, as the profile demands.
 */
export async function prepareMembership(
  group: GroupState,
  delta: MemberDelta,
  session: Session,
  workshop: Workshop,
): Promise<PreparedMembership> {
  const held = await session.hold(queueKeys(delta));
  try {
    const resolved = await resolveMembers(group.team.id, delta, session, workshop.users);
    if (resolved.unknown.length > 0) {
      workshop.observer.onNotice?.({
        kind: 'unknown-members-skipped',
        groupId: group.team.id,
        count: resolved.unknown.length,
      });
    }
    const canWait = workshop.annotations.available(session);
    return {
      changes: resolved.add.length + resolved.remove.length + (canWait ? resolved.waiting.length : 0) > 0,
      incomplete: resolved.unknown.length > 0 || (!canWait && resolved.waiting.length > 0),
      apply: () => apply(group, resolved, session, workshop),
      [Symbol.dispose]: () => held[Symbol.dispose](),
    };
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
}

/** Who is in the group as SCIM shows it: Collate's direct members, less and plus those whose change waits for their return. */
export async function shownMembers(
  group: GroupState,
  session: Session,
  workshop: Workshop,
): Promise<readonly EntityReference[]> {
  const [members, annotations] = await Promise.all([
    readMembers(group.team, session),
    workshop.annotations.all(session),
  ]);
  const waiting = annotations.filter((annotation) => annotation.kind === 'user' && !annotation.tombstone);
  const leaving = new Set<string>();
  const joining: EntityReference[] = [];
  const gone = new Set<string>(
    annotations.flatMap((annotation) => (annotation.kind === 'user' && annotation.tombstone ? [annotation.id] : [])),
  );
  for (const annotation of waiting) {
    if (annotation.kind !== 'user') continue;
    if (annotation.waiting.remove.includes(group.team.id)) leaving.add(annotation.id);
    if (annotation.waiting.add.includes(group.team.id))
      joining.push({ id: annotation.id, type: 'user', deleted: true });
  }
  const present = members.filter(({ id, deleted }) => !leaving.has(id) && !(deleted === true && gone.has(id)));
  const ids = new Set(present.map(({ id }) => id));
  return [...present, ...joining.filter(({ id }) => !ids.has(id))];
}

async function apply(
  group: GroupState,
  resolved: ResolvedMembers,
  session: Session,
  workshop: Workshop,
): Promise<void> {
  const { team } = group;
  for (const { state, joins } of workshop.annotations.available(session) ? resolved.waiting : []) {
    const annotation = state.annotation ?? emptyUserAnnotation(state.user.id, session.context.principal.provider);
    await workshop.annotations.put(putOff(annotation, state.user, team.id, joins), session);
    await workshop.users.forget([state]);
    workshop.observer.onNotice?.({ kind: 'membership-waits', userId: state.user.id });
  }
  await changeMembership(team, resolved, session);
}

/** The ids of references that are users'. */
export function userIds(
  references: readonly EntityReference[],
): readonly NonNullable<ReturnType<typeof parseUserId>>[] {
  return references.flatMap(({ id }) => parseUserId(id) ?? []);
}
