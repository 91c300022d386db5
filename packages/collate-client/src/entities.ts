import type { EntityQuery, Include } from './api.ts';
import { CollateError } from './model/index.ts';
import { defaultPageSize } from './paging.ts';

/** The version of every entity when it is created. */
export const firstVersionNumber = '0.1';

/** The query parameters that select what is shown of one entity. */
export function toEntityQuery({ fields, include }: EntityQuery): { fields?: string; include?: Include } {
  const query: { fields?: string; include?: Include } = {};
  if (fields !== undefined && fields.length > 0) query.fields = fields.join(',');
  if (include !== undefined) query.include = include;
  return query;
}

/** The promise's result; `undefined` when the entity does not exist. */
export async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof CollateError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** The query parameters that select one page of a list; `after` is the cursor of the page before it. */
export function toPageQuery<Query extends EntityQuery & { readonly limit?: number; readonly after?: string }>(
  query: Query,
  after: string | undefined,
) {
  const { fields: _fields, after: _after, ...filters } = query;
  return {
    ...filters,
    ...toEntityQuery(query),
    limit: query.limit ?? defaultPageSize,
    ...(after === undefined ? {} : { after }),
  };
}
