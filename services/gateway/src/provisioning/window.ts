import type { Filter, Resource } from '@scim-gateway/scim';
import { evaluateFilter } from '@scim-gateway/scim';
import type { ListQuery } from './contract.ts';

/** Collects one window of a list while every candidate is counted. */
export interface Window<T> {
  /** Counts the candidate if the filter lets it pass, and keeps it if it falls into the window. */
  offer(candidate: T): void;
  readonly items: readonly T[];
  readonly total: number;
}

/** A window over candidates that are offered in the list's order; `toResource` is asked only when there is a filter. */
export function createWindow<T>(
  query: Pick<ListQuery, 'startIndex' | 'count'>,
  filter: Filter | undefined,
  toResource: (candidate: T) => Resource,
): Window<T> {
  const items: T[] = [];
  let total = 0;
  return {
    offer: (candidate) => {
      if (filter !== undefined && !evaluateFilter(filter, toResource(candidate))) return;
      total += 1;
      if (total >= query.startIndex && items.length < query.count) items.push(candidate);
    },
    items,
    get total() {
      return total;
    },
  };
}
