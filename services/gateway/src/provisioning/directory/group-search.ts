import type { TeamId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import { answersTo, type GroupState } from '../../translation/group.ts';
import { isAskable, teamNames } from '../../translation/names.ts';
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
 * Every active group that answers to this name. Collate is asked for the name itself and for the one that the gateway
 * derives, which finds a team that was created in Collate a moment ago; the index finds all others.
 */
export async function searchByDisplayName(
  displayName: string,
  scope: DirectoryScope,
  index: GroupIndex,
): Promise<readonly GroupState[]> {
  const [named, ids] = await Promise.all([
    findByCollateName(displayName, scope),
    index.find({ by: 'displayName', value: displayName }, scope),
  ]);
  const others = ids.filter((id) => !named.some(({ team }) => team.id === id));
  return selectByName([...named, ...(await readAll(others, scope))], displayName, scope);
}

/** As `searchByDisplayName`, from a scan that begins after this moment of `performance.now()`. */
export async function searchAfresh(
  displayName: string,
  scope: DirectoryScope,
  { index, since }: { readonly index: GroupIndex; readonly since: number },
): Promise<readonly GroupState[]> {
  const ids = await index.find({ by: 'displayName', value: displayName }, scope, since);
  return selectByName(await readAll(ids, scope), displayName, scope);
}

async function findByCollateName(
  displayName: string,
  { collate, annotations }: DirectoryScope,
): Promise<readonly GroupState[]> {
  const [slug = displayName] = teamNames(displayName);
  const names = [...new Set([slug, displayName])].filter(isAskable);
  const teams = await Promise.all(names.map((name) => collate.teams.find(name)));
  const found = new Map(teams.flatMap((team) => (team === undefined ? [] : [[team.id, team]])));
  return Promise.all(
    [...found.values()].map(async (team) => ({ team, annotation: await annotations?.ofGroup(team.id) })),
  );
}

/** The active groups of this display name, or else those whose Collate name it is, unless SCIM renamed them. */
async function selectByName(
  candidates: readonly GroupState[],
  displayName: string,
  scope: DirectoryScope,
): Promise<readonly GroupState[]> {
  const found = candidates.filter(
    (state) => state.team.teamType === 'Group' && !state.team.deleted && answersTo(state, displayName) !== undefined,
  );
  const shown = found.filter((state) => answersTo(state, displayName) === 'displayName');
  return shown.length > 0 ? shown : withoutFormerNames(found, displayName, scope);
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
