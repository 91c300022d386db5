import type { EntityQuery, Include } from './api.ts';
import { CollateError } from './model/index.ts';
import { defaultPageSize } from './paging.ts';
import type { Reply } from './transport/transport.ts';

/** The version that every entity has when it is made. */
export const firstVersionNumber = '0.1';

/** How one entity is to be shown, as a query string says it. */
export function toEntityQuery({ fields, include }: EntityQuery): { fields?: string; include?: Include } {
  const query: { fields?: string; include?: Include } = {};
  if (fields !== undefined && fields.length > 0) query.fields = fields.join(',');
  if (include !== undefined) query.include = include;
  return query;
}

/** What the promise brings; `undefined` when Collate says that there is no such entity. */
export async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof CollateError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** Whether the server says that a change had an effect. */
export function saysChanged(headers: Reply['headers']): boolean {
  return headers['x-openmetadata-change'] !== 'entityNoChange';
}

/** Which page of a list is asked for, as a query string says it. */
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
