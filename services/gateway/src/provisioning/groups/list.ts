import { evaluateFilter, type Filter, groupResourceType, mentionsAttribute, type Resource } from '@scim-gateway/scim';
import { type GroupState, isVisible, toScimGroup } from '../../translation/group.ts';
import { planGroupQuery } from '../../translation/query.ts';
import { parseListFilter, reportFilter } from '../lists/filter.ts';
import type { List } from '../lists/pager.ts';
import { mapBounded, parallelCalls } from '../parallel.ts';
import type { ListQuery, ResourceList } from '../service.ts';
import type { Session } from '../session.ts';
import { withVersion } from '../version.ts';
import { showGroup, showWhole } from './view.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export async function listGroups(query: ListQuery, session: Session): Promise<ResourceList> {
  const filter = parseListFilter(query, groupResourceType, session);
  const { items, ...window } = await session.pager.read(await toList(filter, query, session), query, session);
  const resources = await mapBounded(items, parallelCalls / 2, async ({ state, resource, isWhole }) =>
    isWhole ? withVersion(resource) : showGroup(state, query.projection, session),
  );
  return { ...window, resources };
}

/** A group that a list shows. */
interface Shown {
  readonly state: GroupState;
  readonly resource: Resource;
  /** Whether the members are among the attributes, since the list depends on them. */
  readonly isWhole: boolean;
}

async function toList(filter: Filter | undefined, query: ListQuery, session: Session): Promise<List<Shown>> {
  const plan = planGroupQuery(filter);
  if (filter !== undefined) reportFilter(plan, session);
  const residue = plan.residue;
  const { sort } = query;
  const depends = ['members', 'meta'].some(
    (name) => (residue !== undefined && mentionsAttribute(residue, name)) || sort?.path.attribute.name === name,
  );
  const admit = async (state: GroupState | undefined): Promise<Shown | undefined> => {
    if (state === undefined || !isVisible(state)) return undefined;
    const resource = depends ? withVersion(await showWhole(state, session)) : toScimGroup(state, session.presentation);
    return residue === undefined || evaluateFilter(residue, resource)
      ? { state, resource, isWhole: depends }
      : undefined;
  };
  const list = { type: 'groups', filter, toResource: ({ resource }: Shown) => resource } as const;
  if (plan.lookup !== undefined) {
    const found = await mapBounded(await session.groups.find(plan.lookup), parallelCalls, admit);
    return { ...list, source: found.filter((shown) => shown !== undefined) };
  }
  return {
    ...list,
    source: {
      page: async (window) => {
        const page = await session.groups.page(window);
        return { ...page, candidates: await mapBounded(page.candidates, parallelCalls, admit) };
      },
      idOf: ({ state }) => state.team.id,
      scanLimit: session.settings.scanLimit,
    },
  };
}
