import { isList, isObject, type JsonObject, type JsonValue } from '../json.ts';

const prefix = 'bulkId:';
const inPath = /bulkId:([^/?]+)/;

/**
 * The bulkIds that an operation refers to, in its path or its data.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2
 */
export function findBulkIds(operation: {
  readonly path: string;
  readonly data?: JsonValue | undefined;
}): ReadonlySet<string> {
  const found = new Set<string>();
  const inOwnPath = inPath.exec(operation.path)?.[1];
  if (inOwnPath !== undefined) found.add(inOwnPath);
  visitStrings(operation.data, (text) => {
    if (text.startsWith(prefix)) found.add(text.slice(prefix.length));
  });
  return found;
}

/** The path with its bulkId replaced by an id; an unknown bulkId stays. */
export function resolvePath(path: string, ids: ReadonlyMap<string, string>): string {
  return path.replace(inPath, (reference, bulkId: string) => ids.get(bulkId) ?? reference);
}

/** The data with bulkIds replaced by ids; unknown bulkIds stay. */
export function resolveData(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string')
    return value.startsWith(prefix) ? (ids.get(value.slice(prefix.length)) ?? value) : value;
  if (isList(value)) return value.map((item) => resolveData(item, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveData(item, ids)]));
}

/**
 * Splits a resource: `now` has the attributes whose references all have ids, `later` has the others. The attributes
 * of an extension are split one by one.
 */
export function partUnresolved(
  data: JsonObject,
  ids: ReadonlyMap<string, string>,
): { readonly now: JsonObject; readonly later: JsonObject } {
  const now = new Map<string, JsonValue>();
  const later = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(data)) {
    if (!hasUnresolved(value, ids)) now.set(name, value);
    else if (name.toLowerCase().startsWith('urn:') && isObject(value)) {
      const parts = partUnresolved(value, ids);
      now.set(name, parts.now);
      later.set(name, parts.later);
    } else later.set(name, value);
  }
  return { now: Object.fromEntries(now), later: Object.fromEntries(later) };
}

function hasUnresolved(value: JsonValue, ids: ReadonlyMap<string, string>): boolean {
  let found = false;
  visitStrings(value, (text) => {
    if (text.startsWith(prefix) && !ids.has(text.slice(prefix.length))) found = true;
  });
  return found;
}

function visitStrings(value: JsonValue | undefined, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (isList(value)) for (const item of value) visitStrings(item, visit);
  else if (isObject(value)) for (const item of Object.values(value)) visitStrings(item, visit);
}
