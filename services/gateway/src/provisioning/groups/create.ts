import type { Team, TeamId, UserId } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import { conflict, type ScimError, uniqueness } from '@scim-gateway/scim';
import type { GroupAnnotation } from '../../translation/annotation.ts';
import { answersTo, type BoundGroupState, effectiveName, type GroupState, isVisible } from '../../translation/group.ts';
import { diffMembers, listedMembers, type MemberDelta } from '../../translation/membership.ts';
import { assertName, equalsIgnoringCase, isAskable, teamNames } from '../../translation/names.ts';
import { textAt } from '../../translation/resource-values.ts';
import { applyMembership, findMembers, memberKeys, prepareMembership } from '../membership/change.ts';
import { readMembers } from '../membership/read.ts';
import type { Session } from '../session.ts';
import { adoptTeam, toCreated } from './adopt.ts';
import { preferGroups } from './prefer.ts';

/** Collate's version of an entity that has not been changed since its creation. */
const firstVersion = 0.1;

/** A new group as a provider asks for it. */
export interface GroupDraft {
  readonly displayName: string;
  readonly externalId: string | undefined;
  /** Ids of users. */
  readonly members: readonly string[];
}

/** A team that is to become the group of a draft. */
interface UnfinishedGroup {
  /** The team as it was read, before the request wrote anything. */
  readonly before: GroupState;
  readonly bound: BoundGroupState;
  /** Whether members outside the draft and the baseline leave: those of a group that was deleted before. */
  readonly removesOthers: boolean;
}

/** @throws ScimError `invalidValue` for an illegible name, or a member without a value. */
export function toGroupDraft(resource: Resource): GroupDraft {
  return {
    displayName: assertName('displayName', textAt(resource, 'displayName') ?? ''),
    externalId: textAt(resource, 'externalId'),
    members: listedMembers(resource),
  };
}

/**
 * Creates the group, or completes, restores or adopts the team of that name. The last write is the final annotation,
 * which marks the group as complete. The repetition of an interrupted attempt completes what that attempt left.
 *
 * @throws ScimError `uniqueness` when a provider has bound a group of this name already.
 */
export async function createGroup(draft: GroupDraft, session: Session): Promise<TeamId> {
  const { displayName } = draft;
  const create = async () => {
    const found = await takeFound(await session.groups.find({ by: 'displayName', value: displayName }), draft, session);
    return found ?? (await createUnlessFound(draft, session));
  };
  return session.locked([{ groupName: displayName }], () => session.groups.write([{ displayName }], create));
}

/** A team may have been created or renamed in Collate since the scan of the index: a second one would be a duplicate. */
async function createUnlessFound(draft: GroupDraft, session: Session): Promise<TeamId> {
  const found = await session.groups.findAfresh(draft.displayName, performance.now());
  return (await takeFound(found, draft, session)) ?? (await createTeam(draft, session));
}

/** Takes over an active team that a look-up found; undefined when it is no longer a group, or nothing was found. */
async function takeFound(
  found: readonly GroupState[],
  draft: GroupDraft,
  session: Session,
): Promise<TeamId | undefined> {
  const [preferred] = preferGroups(found, draft.displayName);
  if (preferred === undefined) return undefined;
  const { id } = preferred.team;
  return session.locked([{ group: id }], async () => {
    const state = await session.groups.get(id);
    if (state === undefined || state.team.deleted || state.team.teamType !== 'Group') return undefined;
    return complete(await takeOver(state, draft, session), draft, session);
  });
}

async function createTeam(draft: GroupDraft, session: Session): Promise<TeamId> {
  // Also refuses: a creation that cannot get its members leaves no team behind.
  const members = await findMembers(draft.members, session);
  await assertTypeAllowed(draft, session);
  for (const name of teamNames(draft.displayName)) {
    const id = (await createNamed({ name, members }, draft, session)) ?? (await takeNamed(name, draft, session));
    if (id !== undefined) return id;
  }
  throw conflict(`No free Collate team name could be derived from "${draft.displayName}"; rename the group.`);
}

/** A team to create for a draft. */
interface NewTeam {
  /** Its name in Collate. */
  readonly name: string;
  readonly members: readonly UserId[];
}

/** Creates the team; undefined when its Collate name is taken. */
async function createNamed(wanted: NewTeam, draft: GroupDraft, session: Session): Promise<TeamId | undefined> {
  const team = await createUnlessTaken(wanted, draft, session);
  if (team === undefined) return undefined;
  const before = { team, annotation: undefined };
  const bound = { team, annotation: toCreated(before, session) };
  return session.locked([{ group: team.id }], () => complete({ before, bound, removesOthers: false }, draft, session));
}

async function createUnlessTaken(
  { name, members }: NewTeam,
  { displayName }: GroupDraft,
  session: Session,
): Promise<Team | undefined> {
  // Without annotations nothing marks a group as complete, so the team is created with its members.
  const first = session.annotations === undefined ? { users: members } : {};
  // Members join and leave through the provider alone. But without membership endpoints the gateway writes from the
  // user's side, which Collate refuses for a team that is not joinable.
  const isJoinable = !session.upstream.capabilities.membershipEndpoints;
  try {
    return await session.groups.create({ name, displayName, teamType: 'Group', isJoinable, ...first });
  } catch (error) {
    if (error instanceof CollateError && error.kind === 'conflict') return undefined;
    throw error;
  }
}

/**
 * Restores the team of this Collate name that SCIM created and deleted, or takes over one that has just been created;
 * undefined when the team is another group's.
 */
async function takeNamed(name: string, draft: GroupDraft, session: Session): Promise<TeamId | undefined> {
  const team = await session.collate.teams.find(name, { include: 'all' });
  if (team === undefined) return undefined;
  return session.locked([{ group: team.id }], async () => {
    const state = await session.groups.get(team.id);
    if (state === undefined || state.team.teamType !== 'Group') return undefined;
    if (!equalsIgnoringCase(effectiveName(state.team), draft.displayName)) return undefined;
    if (!state.team.deleted) {
      // A group that SCIM renamed where Collate keeps the former name: it no longer answers to that.
      if (answersTo(state, draft.displayName) === undefined) return undefined;
      return complete(await takeOver(state, draft, session), draft, session);
    }
    if (!(await session.groups.wasCreatedBySCIM(state))) return undefined;
    return complete(await restore(state, session), draft, session);
  });
}

/**
 * Takes an active team for the draft unless it is a complete group already. The baseline of an adoption is stored
 * before any member joins, so that a repetition cannot take members of the draft for earlier ones.
 *
 * @throws ScimError `uniqueness` when the group exists, 403 when `GROUP_ADOPTION` forbids to adopt the team.
 */
async function takeOver(before: GroupState, draft: GroupDraft, session: Session): Promise<UnfinishedGroup> {
  const { team } = before;
  // A client that is answered 409 looks the group up next, and must find it.
  return session.groups.write([before], async () => {
    if (before.annotation?.unfinished === false && isVisible(before)) throw nameTaken(before);
    const created = await session.groups.wasCreatedBySCIM(before);
    if (!created && !session.settings.adoptOnPost) throw nameTaken(before);
    if (created && session.annotations === undefined && (await isComplete(before, draft, session)))
      throw nameTaken(before);
    await findMembers(draft.members, session);
    const known = before.annotation ?? {
      ...(created ? toCreated(before, session) : await adoptTeam({ state: before }, session)),
      attributes: toNameAttribute(before, draft),
    };
    const annotation = { ...known, tombstone: false, unfinished: true };
    if (!known.created) await session.annotations?.put(annotation);
    return { before, bound: { team, annotation }, removesOthers: known.tombstone };
  });
}

/**
 * Restores a created team. Its annotation keeps the tombstone until the group is complete, so that a repetition removes
 * earlier members too.
 */
async function restore(before: GroupState, session: Session): Promise<UnfinishedGroup> {
  const annotation = toCreated(before, session);
  const halfway = { ...annotation, tombstone: true, unfinished: true };
  // The restore may take effect even if its answer is lost, so look-ups are invalidated however it ends.
  await session.groups.write([before], async () => {
    await session.annotations?.put(halfway);
    await restoreTeam(before.team.id, session);
  });
  const team = { ...before.team, deleted: false };
  return { before, bound: { team, annotation }, removesOthers: true };
}

async function restoreTeam(id: TeamId, session: Session): Promise<void> {
  const { teams } = session.collate;
  try {
    await teams.restore(id);
  } catch (error) {
    // Collate answers 404 or 500 for an active team, and a call that was repeated after a lost answer may meet one.
    const isAnswered = error instanceof CollateError && error.status !== undefined;
    if (!isAnswered || (await teams.findById(id, {})) === undefined) throw error;
  }
}

/** Writes the members, then the annotation. The caller has locked the group. */
async function complete(unfinished: UnfinishedGroup, draft: GroupDraft, session: Session): Promise<TeamId> {
  const { before, bound } = unfinished;
  const { team } = bound;
  const annotation = toComplete(bound, draft, session);
  const delta = { ...(await toDelta(unfinished, draft, session)), isPart: true };
  return session.locked(memberKeys(delta), async () => {
    const membership = await prepareMembership({ state: bound }, delta, session);
    return session.groups.write([before, { team, annotation }], async () => {
      await applyMembership(membership, session);
      await session.annotations?.put(annotation);
      return team.id;
    });
  });
}

/**
 * Members of the baseline stay, but none comes back: since the adoption, the user may have been deleted, or removed by
 * the provider.
 */
async function toDelta(
  { bound, removesOthers }: UnfinishedGroup,
  draft: GroupDraft,
  session: Session,
): Promise<MemberDelta> {
  const present = removesOthers ? (await readMembers(bound, session)).map(({ id }) => id) : [];
  const baseline = new Set<string>(bound.annotation.baseline);
  return diffMembers(present, [...draft.members, ...present.filter((id) => baseline.has(id))]);
}

function toComplete(bound: BoundGroupState, draft: GroupDraft, session: Session): GroupAnnotation {
  const { externalId } = draft;
  const remembersId = externalId !== undefined && session.presentation.map.remembers('externalId');
  const attributes = { ...toNameAttribute(bound, draft), ...(remembersId ? { externalId } : {}) };
  return { ...bound.annotation, unfinished: false, attributes };
}

/** The draft's name, where the team has another one in Collate. */
function toNameAttribute({ team }: GroupState, { displayName }: GroupDraft): GroupAnnotation['attributes'] {
  return displayName === effectiveName(team) ? {} : { displayName };
}

/**
 * A team of another type, such as a department, may have the group's name: the group then gets another Collate name.
 *
 * @throws ScimError `uniqueness` when `TYPE_CONFLICT` refuses that.
 */
async function assertTypeAllowed(draft: GroupDraft, session: Session): Promise<void> {
  const [slug = draft.displayName] = teamNames(draft.displayName);
  const { teams } = session.collate;
  const names = [...new Set([slug, draft.displayName])].filter(isAskable);
  const found = await Promise.all(names.map((name) => teams.find(name, {})));
  const other = found.find((team) => team !== undefined && team.teamType !== 'Group');
  if (other === undefined) return;
  if (session.settings.typeConflict === 'refuse') {
    throw uniqueness(
      `Collate has a team of this name and of type ${other.teamType}; rename the group or that team (TYPE_CONFLICT).`,
    );
  }
  session.events.onNotice?.({ kind: 'name-of-another-type', teamId: other.id });
}

/**
 * Whether a team that SCIM created is a complete group, where no annotation marks it as one. Its creation included its
 * members. If it has changed since, a restoration may have stopped before the members were added.
 */
async function isComplete(state: GroupState, draft: GroupDraft, session: Session): Promise<boolean> {
  if (state.team.version <= firstVersion) return true;
  const members = new Set((await readMembers(state, session)).map(({ id }) => id));
  return draft.members.every((id) => members.has(id));
}

function nameTaken({ team }: GroupState): ScimError {
  return uniqueness(`A group with this displayName already exists (id ${team.id}); match it instead of creating it.`);
}
