import { evaluateFilter, type Filter, groupResourceType, mentionsAttribute, type Resource } from '@scim-gateway/scim';
import pMap from 'p-map';
import { type GroupState, isVisible, toScimGroup } from '../../translation/group.ts';
import { planGroupQuery } from '../../translation/query.ts';
import { type List, parseListFilter, reportFilter } from '../lists/list.ts';
import type { ListQuery, ResourceList } from '../service.ts';
import type { Session } from '../session.ts';
import { preferGroups } from './prefer.ts';
import { showGroup, showWholeGroup } from './read.ts';

const inParallel = { concurrency: 16 } as const;

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export async function listGroups(query: ListQuery, session: Session): Promise<ResourceList> {
  const filter = parseListFilter(query, groupResourceType, session);
  const { items, ...window } = await session.pager.read(await toList(filter, query, session), query, session);
  const show = async ({ state, resource, isWhole }: ListedGroup) =>
    isWhole ? resource : showGroup(state, query.projection, session);
  // Fewer at a time than elsewhere: each may read the members, which takes several calls.
  return { ...window, resources: await pMap(items, show, { concurrency: 8 }) };
}

/** A group that a list shows. */
interface ListedGroup {
  readonly state: GroupState;
  readonly resource: Resource;
  /** Whether the resource has members and version, since the filter or the order depends on them. */
  readonly isWhole: boolean;
}

/** Providers fail on two groups of one name, so fewer are shown where one is preferred. */
function prefer(groups: readonly ListedGroup[], displayName: string, session: Session): readonly ListedGroup[] {
  const preferred = preferGroups(
    groups.map(({ state }) => state),
    displayName,
  );
  if (preferred.length > 1)
    session.events.onNotice?.({ kind: 'ambiguous-name', ids: preferred.map(({ team }) => team.id) });
  return groups.filter(({ state }) => preferred.includes(state));
}

async function toList(filter: Filter | undefined, query: ListQuery, session: Session): Promise<List<ListedGroup>> {
  const { lookup, residue } = planGroupQuery(filter);
  if (filter !== undefined) reportFilter({ lookup, residue }, session);
  const isWhole = ['members', 'meta'].some(
    (name) => (residue !== undefined && mentionsAttribute(residue, name)) || query.sort?.path.attribute.name === name,
  );
  const select = async (state: GroupState | undefined): Promise<ListedGroup | undefined> => {
    if (state === undefined || !isVisible(state)) return undefined;
    const resource = isWhole ? await showWholeGroup(state, session) : toScimGroup(state, session.presentation);
    return residue === undefined || evaluateFilter(residue, resource) ? { state, resource, isWhole } : undefined;
  };
  const list = { type: 'groups', filter, toResource: ({ resource }: ListedGroup) => resource } as const;
  if (lookup !== undefined) {
    const found = await pMap(await session.groups.find(lookup), select, inParallel);
    const groups = found.filter((group) => group !== undefined);
    return { ...list, source: lookup.by === 'displayName' ? prefer(groups, lookup.value, session) : groups };
  }
  return {
    ...list,
    source: {
      page: async (window) => {
        const page = await session.groups.page(window);
        return { ...page, items: await pMap(page.items, select, inParallel) };
      },
      idOf: ({ state }) => state.team.id,
      scanLimit: session.settings.scanLimit,
    },
  };
}
