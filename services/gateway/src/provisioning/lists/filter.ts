import { type Filter, parseFilter, type ResourceType } from '@scim-gateway/scim';
import type { QueryPlan } from '../../translation/query.ts';
import type { Session } from '../collate/access.ts';
import type { ListQuery } from '../service.ts';
import type { Workshop } from '../workshop.ts';

/** The filter of a list request, in the words of the type or of all the types that the request speaks of. */
export function parseListFilter(
  { filter, vocabulary }: ListQuery,
  type: ResourceType,
  session: Session,
  { settings }: Workshop,
): Filter | undefined {
  if (filter === undefined) return undefined;
  return parseFilter(filter, vocabulary ?? type, {
    tolerance: session.context.tolerance,
    limits: settings.filterLimits,
  });
}

/** Tells an observer how a filter is answered: without a look at every resource, or by one. */
export function tellSupport(
  { lookup, residue }: QueryPlan<unknown>,
  { context }: Session,
  { observer }: Pick<Workshop, 'observer'>,
): void {
  const support = lookup !== undefined || residue === undefined ? 'native' : 'emulated';
  observer.onFilter?.({ provider: context.principal.provider, support });
}
