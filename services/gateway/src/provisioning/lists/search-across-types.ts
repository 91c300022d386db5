import { compareSortKeys, invalidCursor, type Resource, toSortKey } from '@scim-gateway/scim';
import type { ListQuery, RequestContext, ResourceService } from '../service.ts';

/** One resource type's part of a query across types: its service, and the query with that type's attributes. */
export interface Share {
  readonly service: ResourceService;
  readonly query: ListQuery;
}

/** A resource found by a query across types, with its part of the query. */
export interface Found extends Share {
  readonly resource: Resource;
}

/**
 * One window of the resources of several types: those of the first type come first, unless they are sorted.
 *
 * @throws ScimError `invalidCursor`: such lists are paged by index.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1
 */
export async function searchAcross(
  shares: readonly Share[],
  context: RequestContext,
): Promise<{ readonly found: readonly Found[]; readonly totalResults: number }> {
  if (shares.some(({ query }) => query.cursor !== undefined)) {
    throw invalidCursor('Queries across resource types are paged by startIndex and count.');
  }
  return shares.some(({ query }) => query.sort !== undefined)
    ? searchSorted(shares, context)
    : searchInTurn(shares, context);
}

async function searchInTurn(shares: readonly Share[], context: RequestContext) {
  const found: Found[] = [];
  let totalResults = 0;
  for (const share of shares) {
    const { startIndex, count } = share.query;
    const window = { startIndex: Math.max(1, startIndex - totalResults), count: count - found.length };
    const list = await share.service.list({ ...share.query, ...window }, context);
    found.push(...list.resources.map((resource) => ({ ...share, resource })));
    totalResults += list.totalResults ?? 0;
  }
  return { found, totalResults };
}

/** Reads as many of each type as the window reaches, then sorts all of them. The window is the same for all types. */
async function searchSorted(shares: readonly Share[], context: RequestContext) {
  const candidates: Found[] = [];
  let totalResults = 0;
  const { startIndex = 1, count = 0 } = shares[0]?.query ?? {};
  const end = startIndex - 1 + count;
  for (const share of shares) {
    const list = await share.service.list({ ...share.query, startIndex: 1, count: end }, context);
    candidates.push(...list.resources.map((resource) => ({ ...share, resource })));
    totalResults += list.totalResults ?? 0;
  }
  const keyed = candidates.map((found) => ({
    found,
    key: found.query.sort && toSortKey(found.resource, found.query.sort),
  }));
  keyed.sort((left, right) =>
    left.found.query.sort ? compareSortKeys(left.key, right.key, left.found.query.sort) : 0,
  );
  return { found: keyed.slice(startIndex - 1, end).map(({ found }) => found), totalResults };
}
