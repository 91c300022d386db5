/** Any value that JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object; SCIM calls one inside a resource a complex value. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A SCIM resource with canonical attribute names, without nulls and empty arrays. */
export type Resource = JsonObject;

/** A JSON object under construction. Its names come from a schema, never from a body, so that `__proto__` cannot occur. */
export type JsonDraft = Record<string, JsonValue>;

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list; narrower than `Array.isArray`, which forgets that the list is read-only. */
export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value as a list: of nothing, of one, or what it is. */
export function toList(value: JsonValue | undefined): readonly JsonValue[] {
  if (isList(value)) return value;
  return value === undefined ? [] : [value];
}

/** RFC 7643 §2.5: null and an empty array say no more than absence. */
export function isUnassigned(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** The member of this lower-case name; names of messages count in any case of letters, as attributes' do. */
export function memberInAnyCase(object: JsonObject, lowerName: string): JsonValue | undefined {
  if (Object.hasOwn(object, lowerName)) return object[lowerName];
  for (const name of Object.keys(object)) if (name.toLowerCase() === lowerName) return object[name];
  return undefined;
}

/** A copy of the object with the member replaced, or without it. */
export function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _dropped, ...others } = object;
  return others;
}

/** Whether two JSON values are equal; the order of members does not matter, that of items does. */
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

/** A text that is the same for equal complex values of plain parts, whatever the order of their members. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(isObject(value) ? Object.entries(value).sort(byName) : value);
}

function byName([left]: readonly [string, JsonValue], [right]: readonly [string, JsonValue]): number {
  return left < right ? -1 : 1;
}
