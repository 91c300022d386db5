import type { EntityReference } from '@scim-gateway/collate-client/model';
import { CollateError, parseUserId } from '@scim-gateway/collate-client/model';
import { emptyUserAnnotation } from '../../translation/annotation.ts';
import type { GroupState } from '../../translation/group.ts';
import { diffMembers, type MemberDelta } from '../../translation/membership.ts';
import type { Session } from '../session.ts';
import { readMembers, toReference } from './read.ts';
import { lookAtEach, putOff, queueKeys, type ResolvedMembers, resolveMembers, withoutWait } from './resolve.ts';
import { changeMembership } from './write.ts';

/** A membership change whose every id was looked at and whose people's queues are held, ready to be carried out. */
export interface PreparedMembership extends Disposable {
  readonly changes: boolean;
  /** Whether somebody asked for cannot be where the provider wants; the answer should then show who is in. */
  readonly incomplete: boolean;
  /**
   * @returns who is in now, if they were given who was and that tells; Collate's own word for each change is proof.
   */
  apply(present?: readonly EntityReference[]): Promise<readonly EntityReference[] | undefined>;
}

/** Beyond so many people it is cheaper to read who is in than to name those who are to no effect; a repetition then goes on where it stopped. */
const mostNamed = 1000;

/** What Collate answers when somebody whom the index vouched for cannot join or leave any more. */
const refusals = new Set(['not-found', 'rejected']);

/**
 * Looks at everybody a delta names and takes their queues; nothing is written before `apply`.
 *
 * @throws ScimError `invalidValue` for unknown members, as the profile demands.
 */
export async function prepareMembership(
  group: GroupState,
  asked: MemberDelta,
  session: Session,
): Promise<PreparedMembership> {
  const held = await session.hold(queueKeys(asked));
  try {
    const delta = await withoutEffectless(group, asked, session);
    const resolved = await resolveMembers(group.team.id, delta, session);
    notifyUnknown(group, resolved, session);
    const canWait = session.annotations !== undefined;
    const noted = canWait ? resolved.waiting.length + resolved.overtaken.length : 0;
    return {
      changes: resolved.add.length + resolved.remove.length + noted > 0,
      incomplete: resolved.unknown.length > 0 || (!canWait && resolved.waiting.length > 0),
      apply: async (present) => {
        const asResolved = await told(resolved, session, () => apply(group, resolved, session));
        return asResolved && present !== undefined ? toMembersAfter(present, resolved) : undefined;
      },
      [Symbol.dispose]: () => held[Symbol.dispose](),
    };
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
}

/** Tells an observer how a change of a membership ended. */
async function told(
  { add, remove }: ResolvedMembers,
  { context, events }: Session,
  change: () => Promise<boolean>,
): Promise<boolean> {
  const tell = (result: 'ok' | 'failed') =>
    events.onMembership?.({
      provider: context.principal.provider,
      added: add.length,
      removed: remove.length,
      result,
    });
  try {
    const asResolved = await change();
    tell('ok');
    return asResolved;
  } catch (error) {
    tell('failed');
    throw error;
  }
}

/** Who is in the group as SCIM shows it: Collate's direct members, less and plus those whose change waits for their return. */
export async function shownMembers({ team }: GroupState, session: Session): Promise<readonly EntityReference[]> {
  const { annotations } = session;
  // In this order: whoever returns meanwhile joins or leaves before the note is gone, and would else be seen by neither.
  const waiting = (await annotations?.waiting(team.id)) ?? [];
  const members = await readMembers(team, session);
  const inactive = members.flatMap(({ id, deleted }) => (deleted === true ? (parseUserId(id) ?? []) : []));
  const noted = [...((await annotations?.ofUsers(inactive))?.values() ?? [])];
  // Who leaves on returning is out already, also in the moment between.
  const leaving = waiting.filter(({ waiting: { remove } }) => remove.includes(team.id));
  const hidden = new Set<string>([...noted.filter(({ tombstone }) => tombstone), ...leaving].map(({ id }) => id));
  const present = members.filter(({ id }) => !hidden.has(id));
  const ids = new Set(present.map(({ id }) => id));
  const joining = waiting.filter(
    ({ id, tombstone, waiting: { add } }) => !tombstone && add.includes(team.id) && !ids.has(id),
  );
  return [...present, ...joining.map(({ id }) => ({ id, type: 'user', deleted: true }))];
}

async function withoutEffectless(group: GroupState, asked: MemberDelta, session: Session): Promise<MemberDelta> {
  const { add, remove } = asked;
  if (add.length + remove.length <= mostNamed) return asked;
  const present = (await shownMembers(group, session)).map(({ id }) => id);
  const missing = new Set(diffMembers(present, add).add);
  const leaving = new Set(present);
  const left = { add: add.filter((id) => missing.has(id)), remove: remove.filter((id) => leaving.has(id)) };
  return asked.keeps === true || left.add.length < add.length ? { ...left, keeps: true } : left;
}

/**
 * Puts off what has to wait, then lets people leave and join. Where Collate refuses somebody whom the index vouched for, each is looked
 * at, and what is then possible is done: whoever was changed already is fine.
 *
 * @returns whether everything went as resolved.
 */
async function apply(group: GroupState, resolved: ResolvedMembers, session: Session): Promise<boolean> {
  const { team } = group;
  await putOffEach(group, resolved, session);
  try {
    await changeMembership(team, resolved, session);
    return true;
  } catch (error) {
    if (!(error instanceof CollateError) || !refusals.has(error.kind)) throw error;
    const named = { add: resolved.add.map(({ id }) => id), remove: resolved.remove.map(({ id }) => id) };
    const seen = await lookAtEach(team.id, named, session);
    if (seen.add.length === resolved.add.length && seen.remove.length === resolved.remove.length) throw error;
    notifyUnknown(group, seen, session);
    await putOffEach(group, seen, session);
    await changeMembership(team, seen, session);
    return false;
  }
}

/** Undefined where somebody's change waits, or somebody joins of whom only the id is known. */
function toMembersAfter(
  present: readonly EntityReference[],
  { add, remove, waiting, overtaken }: ResolvedMembers,
): readonly EntityReference[] | undefined {
  const joined = add.flatMap(({ user }) => (user === undefined ? [] : [toReference(user)]));
  if (waiting.length + overtaken.length > 0 || joined.length < add.length) return undefined;
  const left = new Set<string>(remove.map(({ id }) => id));
  return [...present.filter(({ id }) => !left.has(id)), ...joined];
}

async function putOffEach(
  { team }: GroupState,
  { waiting, overtaken }: ResolvedMembers,
  session: Session,
): Promise<void> {
  if (session.annotations === undefined) return;
  for (const state of overtaken) {
    if (state.annotation === undefined) continue;
    await session.annotations.put(withoutWait(state.annotation, team.id));
    await session.users.forget([state]);
  }
  for (const { state, joins } of waiting) {
    // Where an administrator deactivated somebody, the index would go on vouching, and the next change would pass by what waits. It is
    // told first: a repetition that finds the note written has nothing to tell.
    await session.users.noteActivity(state.user, false);
    const annotation = state.annotation ?? emptyUserAnnotation(state.user, session.context.principal.provider);
    await session.annotations.put(putOff(annotation, state.user, team.id, joins));
    await session.users.forget([state]);
    session.events.onNotice?.({ kind: 'membership-waits', userId: state.user.id });
  }
}

function notifyUnknown({ team }: GroupState, { unknown }: ResolvedMembers, session: Session): void {
  if (unknown.length === 0) return;
  session.events.onNotice?.({ kind: 'unknown-members-skipped', groupId: team.id, count: unknown.length });
}

/** The ids of references that are users'. */
export function userIds(
  references: readonly EntityReference[],
): readonly NonNullable<ReturnType<typeof parseUserId>>[] {
  return references.flatMap(({ id }) => parseUserId(id) ?? []);
}
