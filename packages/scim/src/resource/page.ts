import { invalidValue } from '../error.ts';
import type { JsonObject, Resource } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** Which window of a list a client wants. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4 */
export interface PageRequest {
  /** 1-based, at least 1. */
  readonly startIndex: number;
  /** At least 0. */
  readonly count: number;
}

/**
 * The window that the parameters ask for: a start below 1 is 1, a negative count 0, a large one the maximum.
 *
 * @throws ScimError `invalidValue` when one is no integer.
 */
export function parsePageRequest(
  query: { readonly startIndex?: string | number | undefined; readonly count?: string | number | undefined },
  limits: { readonly default: number; readonly max: number },
): PageRequest {
  const startIndex = parseInteger('startIndex', query.startIndex) ?? 1;
  const count = parseInteger('count', query.count) ?? limits.default;
  return { startIndex: Math.max(1, startIndex), count: Math.min(Math.max(0, count), limits.max) };
}

/** One window as a client receives it. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function toListResponse(list: {
  readonly resources: readonly Resource[];
  readonly totalResults: number;
  readonly startIndex: number;
}): JsonObject {
  return {
    schemas: [messageUrn.listResponse],
    totalResults: list.totalResults,
    startIndex: list.startIndex,
    itemsPerPage: list.resources.length,
    Resources: list.resources,
  };
}

function parseInteger(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'number' ? value : /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw invalidValue(`${name} must be an integer.`);
  return number;
}
