import { createReadThrough, type ReadThrough } from '@scim-gateway/cache';
import type { Page } from '@scim-gateway/collate-client';
import type { CreateTeam, EntityReference, Team } from '@scim-gateway/collate-client/model';
import pMap from 'p-map';
import { type GroupState, isVisible, shownGroupName } from '../../translation/group.ts';
import { foldCase } from '../../translation/names.ts';
import type { GroupLookup } from '../../translation/query.ts';
import { createGroupIndex } from './group-index.ts';
import { readGroup, readGroupPage, scanGroups, type TeamField } from './group-reads.ts';
import {
  searchAfresh,
  searchByDisplayName,
  searchByExternalId,
  searchByMember,
  wasCreatedBySCIM,
} from './group-search.ts';
import { type DirectoryOptions, type DirectoryScope, inParallel } from './scope.ts';
import { createOrExpire, thenInvalidate } from './writes.ts';

/** Finds groups. What was found stays cached until one of our writes touches a value that it was found by. */
export interface Groups {
  /** Every team of type Group that answers to the value; groups that SCIM deleted too, for the caller to judge. */
  find(lookup: GroupLookup): Promise<readonly GroupState[]>;
  /** As `find` by name, from Collate's teams after this moment of `performance.now()`. */
  findAfresh(displayName: string, since: number): Promise<readonly GroupState[]>;
  /** One page of active teams in Collate's order; undefined in the place of a team of another type. */
  page(query: { readonly after?: string; readonly limit: number }): Promise<Page<GroupState | undefined>>;
  /** The state of one team of any type, read fresh. */
  get(id: string, fields?: readonly TeamField[]): Promise<GroupState | undefined>;
  /** Those of the references that are groups which SCIM shows. */
  visible(teams: readonly EntityReference[]): Promise<readonly EntityReference[]>;
  /** Whether SCIM created the team. */
  wasCreatedBySCIM(state: GroupState): Promise<boolean>;
  /** Creates a team. Look-ups find it at once, or scan again where Collate's answer is lost. */
  create(team: CreateTeam): Promise<Team>;
  /**
   * Runs a write and, however it ends, invalidates look-ups of the states before and after it: later look-ups by any of
   * their values find them. An earlier attempt may have crashed between its write and the invalidation, so call it
   * also where nothing is left to write.
   */
  write<T>(states: readonly (GroupState | GroupName)[], work: () => Promise<T>): Promise<T>;
}

/** The name of a group that may not exist yet. */
export interface GroupName {
  readonly displayName: string;
}

/** Binds groups to a session; caches and index are shared by all sessions. */
export function createGroupDirectory(options: DirectoryOptions): (scope: DirectoryScope) => Groups {
  const { store, settings, events } = options;
  const times = { ttlMs: settings.cacheTtlMs, negativeTtlMs: settings.cacheNegativeTtlMs, observer: events };
  const lookups = createReadThrough<readonly GroupState[]>({ store, name: 'group', ...times });
  const visibility = createReadThrough<Visibility>({ store, name: 'team-kind', ...times });
  const index = createGroupIndex({
    indexes: options.indexes,
    scan: (scope) => scanGroups(scope.withoutDeadline()),
  });
  const invalidate = async (touched: readonly (GroupState | GroupName)[]): Promise<void> => {
    await index.file(touched.filter((one) => 'team' in one));
    await lookups.invalidate([...new Set(touched.flatMap(tagsOf))]);
  };
  return (scope) => ({
    find: ({ by, value }) => {
      switch (by) {
        case 'id':
          return readOne(value, scope);
        case 'member':
          return searchByMember(value, scope);
        case 'displayName':
          return cached({ by, value }, scope, lookups, () => searchByDisplayName(value, scope, index));
        case 'externalId':
          return cached({ by, value }, scope, lookups, () => searchByExternalId(value, scope, index));
      }
    },
    findAfresh: (displayName, since) => searchAfresh(displayName, scope, { index, since }),
    page: (query) => readGroupPage(query, scope),
    get: (id, fields = []) => readGroup(id, fields, scope),
    visible: (teams) => selectVisible(teams, scope, visibility),
    wasCreatedBySCIM: (state) => wasCreatedBySCIM(state, scope),
    create: async (fields) => {
      const team = await createOrExpire(() => scope.collate.teams.create(fields), index);
      await invalidate([{ team, annotation: undefined }]);
      return team;
    },
    write: (states, work) => thenInvalidate(work, () => invalidate(states)),
  });
}

async function readOne(id: string, scope: DirectoryScope): Promise<readonly GroupState[]> {
  const state = await readGroup(id, [], scope);
  return state === undefined ? [] : [state];
}

interface CachedLookup {
  readonly by: 'displayName' | 'externalId';
  readonly value: string;
}

/** The cache keeps a known absence for a shorter time, so an empty result is stored as one. */
async function cached(
  lookup: CachedLookup,
  { upstream }: DirectoryScope,
  lookups: ReadThrough<readonly GroupState[]>,
  search: () => Promise<readonly GroupState[]>,
): Promise<readonly GroupState[]> {
  const tag = lookupTag(lookup);
  const found = await lookups.read(`${upstream.cacheScope}/${tag}`, [tag], async () => {
    const states = await search();
    return states.length === 0 ? undefined : states;
  });
  return found ?? [];
}

/** Whether SCIM shows a team; cached, because a team of type Group never changes its type. */
interface Visibility {
  readonly shown: boolean;
}

async function selectVisible(
  teams: readonly EntityReference[],
  scope: DirectoryScope,
  visibility: ReadThrough<Visibility>,
): Promise<readonly EntityReference[]> {
  const candidates = teams.filter((team) => team.name !== 'Organization' && team.deleted !== true);
  if (candidates.length === 0) return candidates;
  const entries = candidates.map(({ id }) => ({
    key: `${scope.upstream.cacheScope}/${id}`,
    tags: [visibilityTag(id)],
  }));
  const load = async (index: number) => {
    const state = await readGroup(candidates[index]?.id ?? '', [], scope);
    return { shown: state !== undefined && isVisible(state) };
  };
  const found = await visibility.readMany(entries, (missing) => pMap(missing, load, inParallel));
  return candidates.filter((_, index) => found[index]?.shown === true);
}

/** The tags of every look-up that finds the group. */
function tagsOf(state: GroupState | GroupName): readonly string[] {
  if (!('team' in state)) return [lookupTag({ by: 'displayName', value: state.displayName })];
  const names = new Set([shownGroupName(state), state.team.displayName ?? state.team.name, state.team.name]);
  const externalId = state.annotation?.attributes['externalId'];
  return [
    ...[...names].map((name) => lookupTag({ by: 'displayName', value: name })),
    ...(typeof externalId === 'string' ? [lookupTag({ by: 'externalId', value: externalId })] : []),
    visibilityTag(state.team.id),
  ];
}

function lookupTag({ by, value }: CachedLookup): string {
  return `group/${by}/${by === 'externalId' ? value : foldCase(value)}`;
}

function visibilityTag(id: string): string {
  return `team-kind/${id}`;
}
