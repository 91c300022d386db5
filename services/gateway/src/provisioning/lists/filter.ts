import { type Filter, parseFilter, type ResourceType } from '@scim-gateway/scim';
import type { QueryPlan } from '../../translation/query.ts';
import type { ProvisioningEvents } from '../events.ts';
import type { ListQuery, RequestContext } from '../service.ts';
import type { ProvisioningSettings } from '../settings.ts';

/** The part of a session that filters work with. */
interface FilterScope {
  readonly context: RequestContext;
  readonly settings: ProvisioningSettings;
  readonly events: ProvisioningEvents;
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
