import type { Indexes, ReadThrough, Store } from '@scim-gateway/cache';
import { createReadThrough } from '@scim-gateway/cache';
import type { Page } from '@scim-gateway/collate-client';
import type { EntityReference, Team, UserId } from '@scim-gateway/collate-client/model';
import { parseTeamId, parseUserId } from '@scim-gateway/collate-client/model';
import { answersTo, type GroupState, isVisible, shownGroupName } from '../../translation/group.ts';
import { foldCase, teamNames } from '../../translation/names.ts';
import type { GroupLookup } from '../../translation/query.ts';
import type { ProvisioningEvents } from '../events.ts';
import { type CataloguePage, firstPage } from '../lists/window.ts';
import { mapBounded, parallelCalls } from '../parallel.ts';
import type { Session } from '../session.ts';
import type { ProvisioningSettings } from '../settings.ts';
import { createGroupIndex, type GroupIndex, type GroupKey } from './group-index.ts';

type TeamField = 'parents' | 'defaultRoles' | 'policies';

/** Finds groups; what it found is cached until one of our writes touches a value that was asked for. */
export interface Groups {
  /** The teams of type Group that answer to the value; released ones included, for the caller to judge. */
  find(lookup: GroupLookup): Promise<readonly GroupState[]>;
  /** One page of live teams in Collate's order; undefined in the place of one that is of another type. */
  page(query: { readonly after?: string; readonly limit: number }): Promise<CataloguePage<GroupState>>;
  /** Every live team of type Group, page by page, in Collate's order. */
  scan(): AsyncIterable<readonly GroupState[]>;
  /** The state of one team, read fresh, whatever its type; undefined when there is none. */
  get(id: string, fields?: readonly TeamField[]): Promise<GroupState | undefined>;
  /** Which of the references are groups that SCIM shows. */
  visible(teams: readonly EntityReference[]): Promise<readonly EntityReference[]>;
  /** These groups have changed, or are the changed ones: nobody is shown an older answer, and all that they are called finds them. */
  forget(states: readonly GroupState[], displayNames?: readonly string[]): Promise<void>;
  /** A team may have been made of which nothing is known. */
  noteUnknown(): Promise<void>;
}

/** What of a team decides whether it is shown; remembered because a Group cannot change its type. */
interface TeamKind {
  readonly shown: boolean;
}

interface Options {
  readonly store: Store;
  readonly indexes: Indexes;
  readonly settings: Pick<ProvisioningSettings, 'cacheTtlMs' | 'cacheNegativeTtlMs'>;
  readonly events: ProvisioningEvents;
}

/** Binds groups to a session; what is found is shared by all sessions. */
export function createGroupDirectory(options: Options): (session: Session) => Groups {
  const { store, settings } = options;
  const times = { ttlMs: settings.cacheTtlMs, negativeTtlMs: settings.cacheNegativeTtlMs, observer: options.events };
  const lookups: ReadThrough<readonly GroupState[]> = createReadThrough({ store, name: 'group', ...times });
  const kinds: ReadThrough<TeamKind> = createReadThrough<TeamKind>({ store, name: 'team-kind', ...times });
  const index = createGroupIndex({
    indexes: options.indexes,
    scan: (session) => session.withoutDeadline().groups.scan(),
  });
  return (session) => ({
    find: (lookup) => find(lookup, session, { lookups, index, events: options.events }),
    page: async (query) => toCandidates(await firstPage(session.collate.teams.pages(query)), session),
    scan: async function* () {
      for await (const page of session.collate.teams.pages({ limit: 1000 })) {
        const { candidates } = await toCandidates(page, session);
        yield candidates.filter((state) => state !== undefined);
      }
    },
    get: async (text, fields = []) => {
      const id = parseTeamId(text);
      if (id === undefined) return undefined;
      const [team, annotation] = await Promise.all([
        session.collate.teams.findById(id, { include: 'all', fields }),
        session.annotations?.ofGroup(id),
      ]);
      return team === undefined ? undefined : { team, annotation };
    },
    visible: (teams) => visible(teams, session, kinds),
    forget: async (states, displayNames = []) => {
      await index.file(states);
      const tags = states.flatMap(tagsOf);
      tags.push(...displayNames.map((name) => lookupTag('displayName', name)));
      await lookups.invalidate([...new Set(tags)]);
    },
    noteUnknown: () => index.expire(),
  });
}

/** The groups that a user belongs to, from the user's own side. */
async function groupsOf(userId: UserId, session: Session): Promise<readonly GroupState[]> {
  const user = await session.collate.users.findById(userId, { fields: ['teams'], include: 'all' });
  const states = await mapBounded(user?.teams ?? [], parallelCalls, (team) => session.groups.get(team.id));
  return states.filter((state) => state !== undefined);
}

async function find(
  lookup: GroupLookup,
  session: Session,
  parts: Parts & { readonly lookups: ReadThrough<readonly GroupState[]> },
): Promise<readonly GroupState[]> {
  const { lookups } = parts;
  switch (lookup.by) {
    case 'id': {
      const state = await session.groups.get(lookup.value);
      return state === undefined ? [] : [state];
    }
    case 'member': {
      const userId = parseUserId(lookup.value);
      return userId === undefined ? [] : groupsOf(userId, session);
    }
    case 'displayName':
    case 'externalId': {
      const tag = lookupTag(lookup.by, lookup.value);
      const key = `${session.upstream.cacheScope}/${tag}`;
      const load = lookup.by === 'displayName' ? findByDisplayName : findByExternalId;
      return (await lookups.read(key, [tag], async () => nonEmpty(await load(lookup.value, session, parts)))) ?? [];
    }
  }
}

/** What looking for a group takes. */
interface Parts {
  readonly index: GroupIndex;
  readonly events: ProvisioningEvents;
}

async function findByExternalId(externalId: string, session: Session, parts: Parts): Promise<readonly GroupState[]> {
  if (session.annotations === undefined) return [];
  const states = await findIndexed({ by: 'externalId', value: externalId }, session, parts);
  return states.filter(({ annotation }) => annotation?.attributes['externalId'] === externalId);
}

/** The groups that the index names, as they are now. */
async function findIndexed(lookup: GroupKey, session: Session, { index }: Parts): Promise<readonly GroupState[]> {
  const ids = await index.find(lookup, session);
  const states = await mapBounded(ids, parallelCalls, (id) => session.groups.get(id));
  return states.filter((state) => state !== undefined);
}

async function findByDisplayName(displayName: string, session: Session, parts: Parts): Promise<readonly GroupState[]> {
  const [slug = displayName] = teamNames(displayName);
  const named = await session.collate.teams.find(slug, {});
  if (named !== undefined) {
    const [state] = await withAnnotations([named], session);
    const settled =
      state?.annotation !== undefined && isVisible(state) && answersTo(state, displayName) === 'displayName';
    if (settled) return [state];
  }
  const candidates = await findIndexed({ by: 'displayName', value: displayName }, session, parts);
  const found = candidates.filter(
    (state) => state.team.teamType === 'Group' && !state.team.deleted && answersTo(state, displayName) !== undefined,
  );
  return choose(await withoutFormerNames(found, displayName, session), displayName, parts.events);
}

/** Without teams that SCIM made and renamed: their Collate name still is what the group was once called. */
async function withoutFormerNames(
  found: readonly GroupState[],
  displayName: string,
  session: Session,
): Promise<readonly GroupState[]> {
  const formers = await mapBounded(found, parallelCalls, async (state) => {
    const byName = state.annotation === undefined && answersTo(state, displayName) === 'name';
    return byName && (await isMadeByUs(state, session));
  });
  return found.filter((_, index) => formers[index] !== true);
}

/** Whether the team exists because SCIM asked for it: its annotation says so, else who made its first version. */
export async function isMadeByUs({ team, annotation }: GroupState, session: Session): Promise<boolean> {
  if (annotation !== undefined) return annotation.created;
  const first = await session.collate.teams.firstVersion(team.id);
  return first !== undefined && session.upstream.trusts(first.updatedBy);
}

/** Of several groups that answer to a name: the bound one, then the exact spelling, then one that SCIM made; else all of them. */
function choose(found: readonly GroupState[], displayName: string, events: ProvisioningEvents): readonly GroupState[] {
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
    if (remaining.length === 1) return remaining;
  }
  if (remaining.length > 1) events.onNotice?.({ kind: 'ambiguous-name', ids: remaining.map(({ team }) => team.id) });
  return remaining;
}

async function visible(
  teams: readonly EntityReference[],
  session: Session,
  kinds: ReadThrough<TeamKind>,
): Promise<readonly EntityReference[]> {
  const candidates = teams.filter((team) => team.name !== 'Organization' && team.deleted !== true);
  if (candidates.length === 0) return candidates;
  const entries = candidates.map(({ id }) => ({ key: `${session.upstream.cacheScope}/${id}`, tags: [kindTag(id)] }));
  const found = await kinds.readMany(entries, (missing) =>
    mapBounded(missing, parallelCalls, async (index) => {
      const state = await session.groups.get(candidates[index]?.id ?? '');
      return { shown: state !== undefined && isVisible(state) };
    }),
  );
  return candidates.filter((_, index) => found[index]?.shown === true);
}

async function toCandidates(page: Page<Team>, session: Session): Promise<CataloguePage<GroupState>> {
  const groups = await withAnnotations(
    page.items.filter((team) => team.teamType === 'Group'),
    session,
  );
  const states = new Map(groups.map((state) => [state.team, state]));
  return { ...page, candidates: page.items.map((team) => states.get(team)) };
}

async function withAnnotations(teams: readonly Team[], session: Session): Promise<readonly GroupState[]> {
  const found = await session.annotations?.ofGroups(teams.map((team) => team.id));
  return teams.map((team) => ({ team, annotation: found?.get(team.id) }));
}

function tagsOf(state: GroupState): readonly string[] {
  const names = new Set([shownGroupName(state), state.team.displayName ?? state.team.name, state.team.name]);
  const externalId = state.annotation?.attributes['externalId'];
  return [
    ...[...names].map((name) => lookupTag('displayName', name)),
    ...(typeof externalId === 'string' ? [lookupTag('externalId', externalId)] : []),
    kindTag(state.team.id),
  ];
}

function lookupTag(by: 'displayName' | 'externalId', value: string): string {
  return `group/${by}/${by === 'externalId' ? value : foldCase(value)}`;
}

function kindTag(id: string): string {
  return `team-kind/${id}`;
}

/** Nothing found is a known absence, which the cache keeps for a shorter time. */
function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
