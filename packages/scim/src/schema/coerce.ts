import { parseDateTime } from '../date-time.ts';
import { invalidValue } from '../error.ts';
import { fromEntries, isObject, isUnassigned, type JsonObject, type JsonValue, member } from '../json.ts';
import { type QuirkId, type Tolerance, tolerates } from '../tolerance.ts';
import type { AttributeDefinition } from './definition.ts';
import { findSubAttribute } from './registry.ts';

/**
 * A value as its attribute defines it, or undefined when it says that the attribute is unassigned. Unknown and read-only parts are
 * dropped. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.5
 *
 * @throws ScimError `invalidValue` naming the path.
 */
export function coerceValue(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonValue | undefined {
  if (!definition.multiValued) return coerceSingle(value, definition, path, tolerance);
  if (isUnassigned(value) || isClearing(value, tolerance)) return undefined;
  const items = (Array.isArray(value) ? value : [value]).flatMap((item: JsonValue) => {
    const coerced = coerceSingle(item, definition, path, tolerance);
    return coerced === undefined ? [] : [coerced];
  });
  if (items.length === 0) return undefined;
  const distinct = distinctValues(items);
  assertOnePrimary(distinct, path);
  return distinct;
}

/** One value of the attribute, whether it may have several or not. */
export function coerceSingle(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonValue | undefined {
  if (isUnassigned(value) || isClearing(value, tolerance)) return undefined;
  switch (definition.type) {
    case 'complex':
      return coerceComplex(value, definition, path, tolerance);
    case 'boolean':
      return coerceBoolean(value, path, tolerance);
    case 'integer':
    case 'decimal':
      if (typeof value !== 'number') throw wrongType(path, 'a number');
      return value;
    case 'dateTime':
      if (typeof value !== 'string' || parseDateTime(value) === undefined)
        throw wrongType(path, 'a date such as "2026-01-31T12:00:00Z"');
      return value;
    case 'string':
    case 'reference':
    case 'binary':
      if (typeof value !== 'string') throw wrongType(path, 'a string');
      return value;
  }
}

/** What makes two values of a multi-valued attribute the same: type and value, or everything where there is no value. */
export function valueKey(item: JsonValue): string {
  if (!isObject(item) || typeof item['value'] !== 'string') return JSON.stringify(item);
  const type = member(item, 'type');
  return typeof type === 'string' ? `${item['value']}\u0000${type}` : item['value'];
}

/** @throws ScimError `invalidValue` when more than one value is the primary one. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 */
export function assertOnePrimary(items: readonly JsonValue[], path: string): void {
  let primaries = 0;
  for (const item of items) if (isObject(item) && item['primary'] === true) primaries += 1;
  if (primaries > 1) throw invalidValue(`${path} has ${primaries} primary values; one at most may be primary.`);
}

function distinctValues(items: readonly JsonValue[]): readonly JsonValue[] {
  const distinct = new Map<string, JsonValue>();
  for (const item of items) {
    const key = valueKey(item);
    if (!distinct.has(key)) distinct.set(key, item);
  }
  return distinct.size === items.length ? items : [...distinct.values()];
}

/** Entra clears an attribute by sending an empty string. */
function isClearing(value: JsonValue, tolerance: Tolerance): boolean {
  return value === '' && tolerates(tolerance, 'entra.empty-clears');
}

function coerceBoolean(value: JsonValue, path: string, tolerance: Tolerance): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if ((word === 'true' || word === 'false') && tolerates(tolerance, 'entra.string-boolean')) return word === 'true';
  throw wrongType(path, 'true or false');
}

function coerceComplex(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonObject | undefined {
  const object = toObject(value, definition, path, tolerance);
  if (object === undefined) return undefined;
  const entries: [string, JsonValue][] = [];
  for (const [name, part] of Object.entries(object)) {
    const sub = findSubAttribute(definition, name);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const coerced = coerceValue(part, sub, `${path}.${sub.name}`, tolerance);
    if (coerced !== undefined) entries.push([sub.name, coerced]);
  }
  return entries.length === 0 ? undefined : fromEntries(entries);
}

function toObject(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonObject | undefined {
  if (isObject(value)) return value;
  const hasValue = findSubAttribute(definition, 'value') !== undefined;
  if (typeof value === 'string' && hasValue) {
    const parsed = definition.multiValued ? parseJsonObject(value) : undefined;
    if (parsed !== undefined && tolerates(tolerance, 'entra.role-json-string')) return parsed;
    const quirk: QuirkId = definition.multiValued ? 'any.members-as-strings' : 'entra.manager-shape';
    if (tolerates(tolerance, quirk)) return { value };
  }
  if (
    Array.isArray(value) &&
    value.length === 1 &&
    !definition.multiValued &&
    tolerates(tolerance, 'entra.manager-shape')
  ) {
    return toObject(value[0], definition, path, tolerance);
  }
  throw wrongType(path, 'an object');
}

function parseJsonObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // Not JSON, so an ordinary string that begins with a brace.
    return undefined;
  }
}

function wrongType(path: string, wanted: string): ReturnType<typeof invalidValue> {
  return invalidValue(`${path} must be ${wanted}.`);
}
