import { type Filter, parseFilter, type ResourceType } from '@scim-gateway/scim';
import type { QueryPlan } from '../../translation/query.ts';
import type { ListQuery } from '../service.ts';
import type { Session } from '../session.ts';

/** The filter of a list request, in the words of the type or of all the types that the request speaks of. */
export function parseListFilter(
  { filter, vocabulary }: ListQuery,
  type: ResourceType,
  session: Session,
): Filter | undefined {
  if (filter === undefined) return undefined;
  return parseFilter(filter, vocabulary ?? type, {
    tolerance: session.context.tolerance,
    limits: session.settings.filterLimits,
  });
}

/** Tells an observer how a filter is answered: without a look at every resource, or by one. */
export function tellSupport({ lookup, residue }: QueryPlan<unknown>, { context, events }: Session): void {
  const support = lookup !== undefined || residue === undefined ? 'native' : 'emulated';
  events.onFilter?.({ provider: context.principal.provider, support });
}
