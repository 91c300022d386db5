import { invalidCount, invalidValue } from '../error.ts';
import type { JsonDraft, JsonObject, Resource } from '../json.ts';
import { messageUrn } from '../urn.ts';

/** Which window of a list a client wants. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4 */
export interface PageRequest {
  /** 1-based, at least 1. */
  readonly startIndex: number;
  /** At least 0. */
  readonly count: number;
  /** Set when the client pages by cursor; empty for the first page. @see https://www.rfc-editor.org/rfc/rfc9865#section-2 */
  readonly cursor?: string;
}

type Parameter = string | number | undefined;

/**
 * The window that the parameters ask for: a start below 1 is 1, a negative count 0, a large one the maximum. With a cursor,
 * `startIndex` says nothing.
 *
 * @throws ScimError `invalidValue` when one is no integer, `invalidCount` when a cursor comes with a count that is no positive integer.
 */
export function parsePageRequest(
  query: { readonly startIndex?: Parameter; readonly count?: Parameter; readonly cursor?: string | undefined },
  limits: { readonly default: number; readonly max: number },
): PageRequest {
  const { cursor } = query;
  if (cursor !== undefined) {
    const count = toInteger(query.count) ?? limits.default;
    if (!(count >= 1)) throw invalidCount('With a cursor, count must be a positive integer.');
    return { startIndex: 1, count: Math.min(count, limits.max), cursor };
  }
  const startIndex = parseInteger('startIndex', query.startIndex) ?? 1;
  const count = parseInteger('count', query.count) ?? limits.default;
  return { startIndex: Math.max(1, startIndex), count: Math.min(Math.max(0, count), limits.max) };
}

/**
 * One window as a client receives it; `nextCursor` where it pages by cursor and there is more.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2
 * @see https://www.rfc-editor.org/rfc/rfc9865#section-2
 */
export function toListResponse(list: {
  readonly resources: readonly Resource[];
  /** Undefined where it is not known, which only paging by cursor allows. */
  readonly totalResults?: number | undefined;
  /** Undefined when the client pages by cursor. */
  readonly startIndex?: number | undefined;
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

/** NaN for what is no integer. */
function toInteger(value: Parameter): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'number' ? value : /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
