import { type AttributePath, attributeValue, subAttributePath } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { invalidValue } from '../error.ts';
import { foldText } from '../fold.ts';
import { isList, isObject, isUnassigned, type JsonValue, type Resource } from '../json.ts';
import { quote } from '../quote.ts';
import type { ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { parseAttributePath } from '../schema/resolve.ts';

/** The order of a list. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3 */
export interface Sort {
  readonly path: AttributePath;
  readonly descending: boolean;
}

/** The value that orders a resource; undefined when the resource has none. */
export type SortKey = string | number | undefined;

/**
 * Parses the parameters `sortBy` and `sortOrder`. A complex attribute is ordered by its sub-attribute `value`.
 *
 * @returns undefined without `sortBy`.
 * @throws ScimError `invalidValue` when the attribute does not exist or is never returned, or the order is unknown.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3
 * @example
 * ```ts
 * const sort = parseSort({ sortBy: 'userName', sortOrder: 'descending' }, userResourceType);
 * if (sort === undefined) return users;
 * return users.sort((left, right) => compareSortKeys(toSortKey(left, sort), toSortKey(right, sort), sort));
 * ```
 */
export function parseSort(
  query: { readonly sortBy?: string | undefined; readonly sortOrder?: string | undefined },
  type: ResourceType,
): Sort | undefined {
  const sortBy = query.sortBy?.trim() ?? '';
  const sortOrder = query.sortOrder?.trim().toLowerCase() ?? '';
  if (!['', 'ascending', 'descending'].includes(sortOrder)) {
    throw invalidValue(`sortOrder must be ascending or descending, not ${quote(sortOrder)}.`);
  }
  if (sortBy === '') return undefined;
  const path = parseAttributePath(sortBy, type);
  if (path === undefined || (path.subAttribute ?? path.attribute).returned === 'never') {
    throw invalidValue(`sortBy must be an attribute of ${type.name}, not ${quote(sortBy)}.`);
  }
  return { path: toComparablePath(path, sortBy), descending: sortOrder === 'descending' };
}

/**
 * The value that orders a resource. Of a multi-valued attribute it is the primary value, else the first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3
 */
export function toSortKey(resource: Resource, { path }: Sort): SortKey {
  const value = attributeValue(resource, path);
  const single = isList(value) ? (value.find(isPrimary) ?? value[0]) : value;
  const part = path.subAttribute === undefined || !isObject(single) ? single : single[path.subAttribute.name];
  return toKey(part, path);
}

/**
 * Compares two resources by their keys, for `Array.prototype.sort`. Resources without a value are last in ascending
 * order and first in descending order.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3
 */
export function compareSortKeys(left: SortKey, right: SortKey, { descending }: Sort): number {
  const order = compareAscending(left, right);
  return descending ? -order : order;
}

function compareAscending(left: SortKey, right: SortKey): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return left < right ? -1 : 1;
}

function toComparablePath(path: AttributePath, sortBy: string): AttributePath {
  if (path.subAttribute !== undefined || path.attribute.type !== 'complex') return path;
  const value = findSubAttribute(path.attribute, 'value');
  if (value === undefined)
    throw invalidValue(`sortBy is ${quote(sortBy)}, which is complex; sort by one of its sub-attributes.`);
  return subAttributePath(path, value);
}

function isPrimary(value: JsonValue): boolean {
  return isObject(value) && value['primary'] === true;
}

function toKey(value: JsonValue | undefined, path: AttributePath): SortKey {
  if (isUnassigned(value) || typeof value === 'object') return undefined;
  if (typeof value !== 'string') return Number(value);
  const { type, caseExact } = path.subAttribute ?? path.attribute;
  if (type === 'dateTime') return parseDateTime(value);
  return caseExact ? value : foldText(value);
}
