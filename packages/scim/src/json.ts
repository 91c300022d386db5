/** Any JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object; the value of a complex attribute is one. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A SCIM resource with canonical attribute names, without nulls and without empty lists. */
export type Resource = JsonObject;

/**
 * A JSON object under construction. Its names must come from a schema, never from a body: `__proto__` would set the
 * prototype.
 */
export type JsonDraft = Record<string, JsonValue>;

/**
 * Whether a value is a JSON object: neither null nor a list.
 *
 * @param value parsed JSON; an object of another kind also counts.
 */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. Unlike `Array.isArray`, it keeps the list read-only in its type. */
export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A list as it is, any other value as a list of one, undefined as an empty list. */
export function toList(value: JsonValue | undefined): readonly JsonValue[] {
  if (isList(value)) return value;
  return value === undefined ? [] : [value];
}

/** Whether a value means that its attribute has no value. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.5 */
export function isUnassigned(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/**
 * The member with a name in any case; attribute names are case-insensitive (RFC 7643 §2.1), and so are those of
 * messages.
 */
export function memberInAnyCase(object: JsonObject, lowerName: string): JsonValue | undefined {
  if (Object.hasOwn(object, lowerName)) return object[lowerName];
  for (const name of Object.keys(object)) if (name.toLowerCase() === lowerName) return object[name];
  return undefined;
}

/** A copy of the object with one member set; undefined removes it. */
export function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _removed, ...others } = object;
  return others;
}

/**
 * Whether two JSON values are equal. The order of members is ignored; the order of list items counts.
 *
 * @example
 * ```ts
 * equalJson({ a: 1, b: [2] }, { b: [2], a: 1 }); // true
 * ```
 */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isList(left)) {
    return isList(right) && left.length === right.length && left.every((item, index) => equalJson(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equalJson(left[name], right[name]))
  );
}

/** The JSON text of a value with sorted members, equal for equal values. Objects within the value are not sorted. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(isObject(value) ? Object.entries(value).sort(byName) : value);
}

function byName([left]: readonly [string, JsonValue], [right]: readonly [string, JsonValue]): number {
  return left < right ? -1 : 1;
}
