import { type AttributePath, attributeValue, subAttributePath } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { invalidValue } from '../error.ts';
import { foldText } from '../fold.ts';
import { isList, isObject, isUnassigned, type JsonValue, type Resource } from '../json.ts';
import type { ResourceType } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { parseAttributePath } from '../schema/resolve.ts';

/** By which attribute a list is ordered, and which way. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3 */
export interface Sort {
  readonly path: AttributePath;
  readonly descending: boolean;
}

/** What orders a resource: its value as it is compared; undefined when it has none. */
export type SortKey = string | number | undefined;

/**
 * The order that the parameters ask for; undefined when they ask for none. A complex attribute is ordered by its `value`.
 *
 * @throws ScimError `invalidValue` for an attribute that the type has not or never shows, and for another direction.
 */
export function parseSort(
  query: { readonly sortBy?: string | undefined; readonly sortOrder?: string | undefined },
  type: ResourceType,
): Sort | undefined {
  const sortBy = query.sortBy?.trim() ?? '';
  const sortOrder = query.sortOrder?.trim().toLowerCase() ?? '';
  if (!['', 'ascending', 'descending'].includes(sortOrder)) {
    throw invalidValue(`sortOrder must be ascending or descending, not ${JSON.stringify(query.sortOrder)}.`);
  }
  if (sortBy === '') return undefined;
  const path = parseAttributePath(sortBy, type);
  if (path === undefined || (path.subAttribute ?? path.attribute).returned === 'never') {
    throw invalidValue(`sortBy names ${JSON.stringify(sortBy)}, which is no attribute of a ${type.name}.`);
  }
  return { path: toComparablePath(path, sortBy), descending: sortOrder === 'descending' };
}

/**
 * What orders a resource: of a multi-valued attribute the primary value, else the first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3
 */
export function toSortKey(resource: Resource, { path }: Sort): SortKey {
  const value = attributeValue(resource, path);
  const single = isList(value) ? (value.find(isPrimary) ?? value[0]) : value;
  const part = path.subAttribute === undefined || !isObject(single) ? single : single[path.subAttribute.name];
  return toKey(part, path);
}

/** Negative when the first comes first. Where there is no value, it comes last in ascending order, first in descending. */
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
  if (value === undefined) throw invalidValue(`${sortBy} is complex; sort by one of its sub-attributes.`);
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
