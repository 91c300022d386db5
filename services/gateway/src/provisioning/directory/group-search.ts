import type { TeamId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import { answersTo, type GroupState, isVisible, shownGroupName } from '../../translation/group.ts';
import { teamNames } from '../../translation/names.ts';
import type { GroupIndex } from './group-index.ts';
import { readGroup } from './group-reads.ts';
import { type DirectoryScope, inParallel } from './scope.ts';

/** The groups that a user is a direct member of, from the user's own list of teams. */
export async function searchByMember(member: string, scope: DirectoryScope): Promise<readonly GroupState[]> {
  const userId = parseUserId(member);
  if (userId === undefined) return [];
  const user = await scope.collate.users.findById(userId, { fields: ['teams'], include: 'all' });
  return readAll(user?.teams?.map(({ id }) => id) ?? [], scope);
}

/** The groups that a provider knows under this externalId. */
export async function searchByExternalId(
  externalId: string,
  scope: DirectoryScope,
  index: GroupIndex,
): Promise<readonly GroupState[]> {
  if (scope.annotations === undefined) return [];
  const ids = await index.find({ by: 'externalId', value: externalId }, scope);
  const states = await readAll(ids, scope);
  return states.filter(({ annotation }) => annotation?.attributes['externalId'] === externalId);
}

/**
 * The active groups of this name. A bound team under the Collate name that the gateway derives costs no scan; otherwise
 * the index is asked.
 */
export async function searchByDisplayName(
  displayName: string,
  scope: DirectoryScope,
  index: GroupIndex,
): Promise<readonly GroupState[]> {
  const bound = await findBound(displayName, scope);
  if (bound !== undefined) return [bound];
  const candidates = await readAll(await index.find({ by: 'displayName', value: displayName }, scope), scope);
  const found = candidates.filter(
    (state) => state.team.teamType === 'Group' && !state.team.deleted && answersTo(state, displayName) !== undefined,
  );
  const chosen = choose(await withoutFormerNames(found, displayName, scope), displayName);
  if (chosen.length > 1) scope.events.onNotice?.({ kind: 'ambiguous-name', ids: chosen.map(({ team }) => team.id) });
  return chosen;
}

async function findBound(
  displayName: string,
  { collate, annotations }: DirectoryScope,
): Promise<GroupState | undefined> {
  const [slug = displayName] = teamNames(displayName);
  const team = await collate.teams.find(slug);
  if (team === undefined) return undefined;
  const annotation = await annotations?.ofGroup(team.id);
  const state = { team, annotation };
  const isBound = annotation !== undefined && isVisible(state) && answersTo(state, displayName) === 'displayName';
  return isBound ? state : undefined;
}

async function readAll(ids: readonly (TeamId | string)[], scope: DirectoryScope): Promise<readonly GroupState[]> {
  const states = await pMap(ids, (id) => readGroup(id, [], scope), inParallel);
  return states.filter((state) => state !== undefined);
}

/** Leaves out teams that SCIM made and renamed: their Collate name is what the group was called before. */
async function withoutFormerNames(
  found: readonly GroupState[],
  displayName: string,
  scope: DirectoryScope,
): Promise<readonly GroupState[]> {
  const isFormer = await pMap(
    found,
    async (state) =>
      state.annotation === undefined &&
      answersTo(state, displayName) === 'name' &&
      (await wasCreatedBySCIM(state, scope)),
    inParallel,
  );
  return found.filter((_, index) => isFormer[index] !== true);
}

/** Whether SCIM created the team: its annotation records that; without one, the author of its first version decides. */
export async function wasCreatedBySCIM(
  { team, annotation }: GroupState,
  { collate, upstream }: DirectoryScope,
): Promise<boolean> {
  if (annotation !== undefined) return annotation.created;
  const first = await collate.teams.firstVersion(team.id);
  return first !== undefined && upstream.trusts(first.updatedBy);
}

/** Of several groups of one name: the bound ones, then those of the exact spelling, then those that SCIM created. */
function choose(found: readonly GroupState[], displayName: string): readonly GroupState[] {
  const byDisplayName = found.filter((state) => answersTo(state, displayName) === 'displayName');
  let remaining = byDisplayName.length > 0 ? byDisplayName : found;
  const preferences: readonly ((state: GroupState) => boolean)[] = [
    (state) => state.annotation !== undefined && !state.annotation.tombstone,
    (state) => shownGroupName(state) === displayName,
    (state) => state.annotation?.created === true,
  ];
  for (const prefers of preferences) {
    const preferred = remaining.filter(prefers);
    if (preferred.length > 0) remaining = preferred;
  }
  return remaining;
}
