import { invalidCount, invalidValue } from '../error.ts';
import type { JsonDraft, JsonObject, Resource } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** The page of a list that a client requests. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4 */
export interface PageRequest {
  /** 1-based, at least 1. */
  readonly startIndex: number;
  /** At least 0. */
  readonly count: number;
  /**
   * Present when the client pages by cursor; empty for the first page.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9865#section-2
   */
  readonly cursor?: string;
}

type Parameter = string | number | undefined;

/**
 * Parses the paging parameters of a query. A `startIndex` below 1 means 1, a negative `count` means 0, and a large
 * `count` means the maximum. With a cursor, `startIndex` is ignored.
 *
 * @throws ScimError `invalidValue` when a parameter is not an integer; `invalidCount` when `count` accompanies a
 * cursor and is not a positive integer.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2
 * @example
 * ```ts
 * parsePageRequest({ startIndex: '11', count: '500' }, { default: 100, max: 200 }); // { startIndex: 11, count: 200 }
 * ```
 */
export function parsePageRequest(
  query: { readonly startIndex?: Parameter; readonly count?: Parameter; readonly cursor?: string | undefined },
  limits: { readonly default: number; readonly max: number },
): PageRequest {
  const { cursor } = query;
  if (cursor !== undefined) {
    const count = toInteger(query.count) ?? limits.default;
    if (!(count >= 1)) throw invalidCount('count must be a positive integer when the query has a cursor.');
    return { startIndex: 1, count: Math.min(count, limits.max), cursor };
  }
  const startIndex = parseInteger('startIndex', query.startIndex) ?? 1;
  const count = parseInteger('count', query.count) ?? limits.default;
  return { startIndex: Math.max(1, startIndex), count: Math.min(Math.max(0, count), limits.max) };
}

/**
 * The body of a list response.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2
 */
export function toListResponse(list: {
  readonly resources: readonly Resource[];
  /** Undefined when unknown, which is allowed only when the client pages by cursor. */
  readonly totalResults?: number | undefined;
  /** Undefined when the client pages by cursor. */
  readonly startIndex?: number | undefined;
  /** Present when the client pages by cursor and there are more pages. */
  readonly nextCursor?: string | undefined;
}): JsonObject {
  const response: JsonDraft = { schemas: [messageUrn.listResponse] };
  if (list.totalResults !== undefined) response['totalResults'] = list.totalResults;
  if (list.startIndex !== undefined) response['startIndex'] = list.startIndex;
  response['itemsPerPage'] = list.resources.length;
  if (list.nextCursor !== undefined) response['nextCursor'] = list.nextCursor;
  response['Resources'] = list.resources;
  return response;
}

function parseInteger(name: string, value: Parameter): number | undefined {
  const number = toInteger(value);
  if (Number.isNaN(number)) throw invalidValue(`${name} must be an integer.`);
  return number;
}

/** Undefined for no value; NaN for a value that is not an integer. */
function toInteger(value: Parameter): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'number' ? value : /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
