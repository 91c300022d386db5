import { type Filter, type FilterLimits, parseFilter, type Resource, type ResourceType } from '@scim-gateway/scim';
import type { QueryPlan } from '../../translation/query.ts';
import type { ListQuery, RequestContext } from '../service.ts';
import type { ListSource } from './source.ts';

export type { ListSource };

/** A whole list, of which a request asks for one window. */
export interface List<T> {
  readonly type: 'users' | 'groups';
  readonly filter: Filter | undefined;
  /** All items, where a look-up found them; else where to read them. */
  readonly source: readonly T[] | ListSource<T>;
  /** The resource that an item is sorted by. */
  toResource(item: T): Resource;
}

/** The part of a session that filters work with. */
interface FilterScope {
  readonly context: RequestContext;
  readonly settings: { readonly filterLimits: FilterLimits };
  readonly events: {
    onFilter?(filter: { readonly provider: string; readonly support: 'native' | 'emulated' }): void;
  };
}

/**
 * The filter of a list request, with the attributes of `vocabulary` if the query names one, else of the type.
 *
 * @throws ScimError `invalidFilter`.
 */
export function parseListFilter(
  { filter, vocabulary }: ListQuery,
  type: ResourceType,
  { context, settings }: FilterScope,
): Filter | undefined {
  if (filter === undefined) return undefined;
  return parseFilter(filter, vocabulary ?? type, { tolerance: context.tolerance, limits: settings.filterLimits });
}

/** Counts a filter as native when it is answered without reading every resource, else as emulated. */
export function reportFilter({ lookup, residue }: QueryPlan<unknown>, { context, events }: FilterScope): void {
  const support = lookup !== undefined || residue === undefined ? 'native' : 'emulated';
  events.onFilter?.({ provider: context.principal.provider, support });
}
