import type { Team } from '@scim-gateway/collate-client/model';
import { CollateError } from '@scim-gateway/collate-client/model';
import type { Resource } from '@scim-gateway/scim';
import { conflict, uniqueness } from '@scim-gateway/scim';
import { creationOf, type GroupAnnotation } from '../../translation/annotation.ts';
import { effectiveName, type GroupState, isVisible } from '../../translation/group.ts';
import { diffMembers, listedMembers } from '../../translation/membership.ts';
import { assertVisible, equalsIgnoringCase, teamNames } from '../../translation/names.ts';
import { textAt } from '../../translation/resource-values.ts';
import { groupKey, groupNameKey } from '../collate/lock-keys.ts';
import { prepareMembership, shownMembers } from '../membership/change.ts';
import type { Session } from '../session.ts';
import { toAdopted } from './adopt.ts';

/** A new group as a provider asks for it. */
export interface GroupDraft {
  readonly displayName: string;
  readonly externalId: string | undefined;
  readonly members: readonly string[];
}

/** @throws ScimError `invalidValue` for a name with invisible characters or a member that is a group. */
export function toGroupDraft(resource: Resource): GroupDraft {
  return {
    displayName: assertVisible('displayName', textAt(resource, 'displayName') ?? ''),
    externalId: textAt(resource, 'externalId'),
    members: listedMembers(resource),
  };
}

/**
 * Makes the group, or completes, restores or adopts the team that is already there for it. The annotation comes last, as the
 * mark that nothing is missing: an attempt that stopped halfway is completed by its repetition.
 *
 * @throws ScimError `uniqueness` when a provider has bound a group of this name already.
 */
export async function createGroup(draft: GroupDraft, session: Session): Promise<Team['id']> {
  using _name = await session.hold([groupNameKey(draft.displayName)]);
  try {
    const [existing] = await session.groups.find({ by: 'displayName', value: draft.displayName });
    const met = existing === undefined ? undefined : await meet(existing.team.id, draft, session);
    return met ?? (await createFresh(draft, session));
  } finally {
    await session.groups.forget([], [draft.displayName]);
  }
}

/** What becomes of the team that has the name already; undefined when it is no group any more. */
async function meet(id: Team['id'], draft: GroupDraft, session: Session): Promise<Team['id'] | undefined> {
  using _group = await session.hold([groupKey(id)]);
  const state = await session.groups.get(id);
  if (state === undefined || state.team.deleted || state.team.teamType !== 'Group') return undefined;
  // Whoever is told that the group is there already looks for it next, and must find it.
  await session.groups.forget([state]);
  if (state.annotation !== undefined && !state.annotation.unfinished && isVisible(state)) throw taken(state);
  const created = await session.groups.wasCreatedBySCIM(state);
  if (!created && !session.settings.adoptOnPost) throw taken(state);
  if (created && session.annotations === undefined && (await isWhole(state, draft, session))) throw taken(state);
  const known = state.annotation ?? (await toAdopted(state, draft.displayName, session));
  const exact = known.tombstone;
  // Who was in before is noted before anybody joins, so that a repetition cannot mistake the provider's people for them.
  const annotation = { ...known, tombstone: false, unfinished: true };
  if (!known.created && session.annotations !== undefined) await session.annotations.put(annotation);
  return await complete(state, annotation, draft, { exact }, session);
}

async function createFresh(draft: GroupDraft, session: Session): Promise<Team['id']> {
  await meetOtherType(draft, session);
  for (const name of teamNames(draft.displayName)) {
    const occupant = await occupy(name, draft, session);
    if (occupant === undefined) continue;
    if ('met' in occupant) return occupant.met;
    using _group = await session.hold([groupKey(occupant.state.team.id)]);
    const annotation = toCreated(occupant.state, session);
    return await complete(occupant.state, annotation, draft, { exact: occupant.restored }, session);
  }
  throw conflict(`No free Collate team name could be derived from "${draft.displayName}"; rename the group.`);
}

/** The team under a name: ours to complete, or met and settled already. */
type Occupant = { readonly state: GroupState; readonly restored: boolean } | { readonly met: Team['id'] };

/**
 * Makes a team of this name, or restores the one that SCIM made and deleted, or meets a group that was made a moment ago; undefined
 * when the name is somebody else's.
 */
async function occupy(name: string, draft: GroupDraft, session: Session): Promise<Occupant | undefined> {
  const { teams } = session.collate;
  try {
    const team = await teams.create({
      name,
      displayName: draft.displayName,
      teamType: 'Group',
      isJoinable: isJoinable(session),
    });
    await session.groups.forget([{ team, annotation: undefined }]);
    return { state: { team, annotation: undefined }, restored: false };
  } catch (error) {
    if (!(error instanceof CollateError) || error.kind !== 'conflict') {
      if (error instanceof CollateError && error.mayTakeEffect) await session.groups.noteUnknown();
      throw error;
    }
  }
  return meetOccupant(name, draft, session);
}

/** What becomes of the team that holds a name. */
async function meetOccupant(name: string, draft: GroupDraft, session: Session): Promise<Occupant | undefined> {
  const { teams } = session.collate;
  const team = await teams.find(name, { include: 'all' });
  if (team === undefined) return undefined;
  const state = await session.groups.get(team.id);
  if (state === undefined) return undefined;
  const sameName = equalsIgnoringCase(effectiveName(state.team), draft.displayName);
  if (!state.team.deleted) {
    const met = sameName ? await meet(state.team.id, draft, session) : undefined;
    return met === undefined ? undefined : { met };
  }
  if (state.team.teamType !== 'Group' || !sameName || !(await session.groups.wasCreatedBySCIM(state))) return undefined;
  // Restored, it would pass for whole: an attempt that stops halfway is completed by its repetition.
  const halfway = { ...toCreated(state, session), tombstone: true, unfinished: true };
  if (session.annotations !== undefined) await session.annotations.put(halfway);
  // It may be back although nobody answers.
  await session.groups.forget([state]);
  await restoreTeam(state.team.id, session);
  return { state: { ...state, team: { ...state.team, deleted: false } }, restored: true };
}

async function restoreTeam(id: Team['id'], session: Session): Promise<void> {
  const { teams } = session.collate;
  try {
    await teams.restore(id);
  } catch (error) {
    // Servers answer 404 or 500 for one that is live already: the call may have been repeated after a lost answer.
    const isAnswered = error instanceof CollateError && error.status !== undefined;
    if (!isAnswered || (await teams.findById(id, {})) === undefined) throw error;
  }
}

/** A department of the same name is common; the group gets another Collate name unless `TYPE_CONFLICT` refuses it. */
async function meetOtherType(draft: GroupDraft, session: Session): Promise<void> {
  const [slug = draft.displayName] = teamNames(draft.displayName);
  const { teams } = session.collate;
  const found = await Promise.all([...new Set([slug, draft.displayName])].map((name) => teams.find(name, {})));
  const other = found.find((team) => team !== undefined && team.teamType !== 'Group');
  if (other === undefined) return;
  if (session.settings.typeConflict === 'refuse') {
    throw uniqueness(
      `Collate has a team of this name and of type ${other.teamType}; rename the group or that team (TYPE_CONFLICT).`,
    );
  }
  session.events.onNotice?.({ kind: 'name-of-another-type', teamId: other.id });
}

/** Nobody but the provider decides who is in; but where only the user's side can write, a closed team would shut the gateway out. */
function isJoinable(session: Session): boolean {
  return !session.upstream.capabilities.membershipEndpoints;
}

async function complete(
  state: GroupState,
  adopted: GroupAnnotation,
  draft: GroupDraft,
  options: { readonly exact: boolean },
  session: Session,
): Promise<Team['id']> {
  const annotation = withAttributes(adopted, state, draft, session);
  const present = options.exact ? (await shownMembers(state, session)).map(({ id }) => id) : [];
  // Who was in before stays, but does not come back: some have been deleted since, and some the provider took out.
  const baseline = new Set<string>(annotation.baseline);
  const delta = diffMembers(present, [...draft.members, ...present.filter((id) => baseline.has(id))]);
  using prepared = await prepareMembership(state, delta, session);
  await prepared.apply();
  if (session.annotations !== undefined) await session.annotations.put(annotation);
  await session.groups.forget([state, { ...state, annotation }]);
  return state.team.id;
}

function withAttributes(
  annotation: GroupAnnotation,
  state: GroupState,
  draft: GroupDraft,
  session: Session,
): GroupAnnotation {
  const remembersId = draft.externalId !== undefined && session.presentation.map.remembers('externalId');
  return {
    ...annotation,
    unfinished: false,
    attributes: {
      ...(draft.displayName === effectiveName(state.team) ? {} : { displayName: draft.displayName }),
      ...(remembersId ? { externalId: draft.externalId } : {}),
    },
  };
}

function toCreated(state: GroupState, session: Session): GroupAnnotation {
  const { id } = state.team;
  return {
    kind: 'group',
    id,
    provider: session.context.principal.provider,
    createdAt: state.annotation?.createdAt ?? creationOf(state.team),
    attributes: {},
    created: true,
    baseline: [],
    tombstone: false,
    unfinished: false,
  };
}

async function isWhole(state: GroupState, draft: GroupDraft, session: Session): Promise<boolean> {
  const members = new Set((await shownMembers(state, session)).map(({ id }) => id));
  return draft.members.every((id) => members.has(id));
}

function taken(state: GroupState): ReturnType<typeof uniqueness> {
  return uniqueness(
    `A group with this displayName already exists (id ${state.team.id}); match it instead of creating it.`,
  );
}
