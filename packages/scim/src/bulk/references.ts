import { isObject, type JsonObject, type JsonValue } from '../json.ts';

const mark = 'bulkId:';
const inPath = /bulkId:([^/?]+)/;

/** The bulkIds that a path or data speak of. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2 */
export function findBulkIds(operation: { readonly path: string; readonly data?: JsonValue }): ReadonlySet<string> {
  const found = new Set<string>();
  const named = inPath.exec(operation.path)?.[1];
  if (named !== undefined) found.add(named);
  visitTexts(operation.data, (text) => {
    if (text.startsWith(mark)) found.add(text.slice(mark.length));
  });
  return found;
}

/** The path with the ids of what was made in the place of bulkIds; one that is not known stays. */
export function resolvePath(path: string, ids: ReadonlyMap<string, string>): string {
  return path.replace(inPath, (reference, name: string) => ids.get(name) ?? reference);
}

/** The value with the ids of what was made in the place of bulkIds; one that is not known stays. */
export function resolveData(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return value.startsWith(mark) ? (ids.get(value.slice(mark.length)) ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => resolveData(item, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveData(item, ids)]));
}

/**
 * The resource in two parts: what can be said at once, and the attributes that speak of what is yet to be made. An extension's
 * attributes are parted each on its own.
 */
export function partUnresolved(
  data: JsonObject,
  ids: ReadonlyMap<string, string>,
): { readonly now: JsonObject; readonly later: JsonObject } {
  const now: Record<string, JsonValue> = {};
  const later: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(data)) {
    if (!hasUnresolved(value, ids)) now[name] = value;
    else if (name.toLowerCase().startsWith('urn:') && isObject(value)) {
      const parts = partUnresolved(value, ids);
      now[name] = parts.now;
      later[name] = parts.later;
    } else later[name] = value;
  }
  return { now, later };
}

function hasUnresolved(value: JsonValue, ids: ReadonlyMap<string, string>): boolean {
  let found = false;
  visitTexts(value, (text) => {
    if (text.startsWith(mark) && !ids.has(text.slice(mark.length))) found = true;
  });
  return found;
}

function visitTexts(value: JsonValue | undefined, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (Array.isArray(value)) for (const item of value) visitTexts(item, visit);
  else if (isObject(value)) for (const item of Object.values(value)) visitTexts(item, visit);
}
