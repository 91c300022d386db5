import { parseDateTime } from '../date-time.ts';
import { invalidValue, type ScimError } from '../error.ts';
import {
  isList,
  isObject,
  isUnassigned,
  type JsonDraft,
  type JsonObject,
  type JsonValue,
  memberInAnyCase,
  toList,
} from '../json.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { AttributeDefinition } from './definition.ts';
import { assertValues, distinctValues, isHollow, isMembership, toValueKey } from './multi-valued.ts';
import { lookUp, subAttributesOf } from './registry.ts';
import { toComplexShape } from './shape.ts';
import { dropUnknown } from './unknown.ts';

/**
 * Coerces a value to the type of its attribute. Unknown and read-only sub-attributes are dropped.
 *
 * @param path the attribute's name in errors.
 * @returns undefined when the value means that the attribute has no value.
 * @throws ScimError `invalidValue`.
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-2.5
 */
export function coerceValue(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonValue | undefined {
  if (!definition.multiValued) return coerceSingle(value, definition, path, tolerance);
  // An empty string does not clear a membership, only null and [] do: a mapping error must not empty a group.
  if (value === '' && isMembership(definition)) throw wrongType(path, 'a list');
  if (isCleared(value, tolerance)) return undefined;
  const values: JsonValue[] = [];
  for (const item of toList(value)) {
    const coerced = coerceSingle(item, definition, path, tolerance);
    if (coerced !== undefined && !isHollow(coerced)) values.push(coerced);
  }
  if (values.length === 0) return undefined;
  const distinct = distinctValues(values, toValueKey(definition));
  assertValues(distinct, definition, path);
  return distinct;
}

/** Coerces one value of a single-valued or multi-valued attribute. */
export function coerceSingle(
  sent: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonValue | undefined {
  if (definition.type === 'complex' && definition.multiValued) return coerceListed(sent, definition, path, tolerance);
  const value = definition.type === 'complex' || definition.multiValued ? sent : toScalar(sent, tolerance);
  if (isCleared(value, tolerance)) return undefined;
  switch (definition.type) {
    case 'complex':
      return coerceParts(requireComplex(value, definition, path, tolerance), definition, path, tolerance);
    case 'boolean':
      return coerceBoolean(value, path, tolerance);
    case 'integer':
      if (Number.isSafeInteger(value)) return value;
      throw wrongType(path, 'an integer');
    case 'decimal':
      if (typeof value === 'number') return value;
      throw wrongType(path, 'a number');
    case 'dateTime':
      if (typeof value === 'string' && parseDateTime(value) !== undefined) return value;
      throw wrongType(path, 'a date such as "2026-01-31T12:00:00Z"');
    case 'string':
      return coerceText(value, path, tolerance);
    default:
      if (typeof value === 'string') return value;
      throw wrongType(path, 'a string');
  }
}

/** @remarks `any.number-as-text`: an employee number as a JSON number. */
function coerceText(value: JsonValue, path: string, tolerance: Tolerance): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && tolerates(tolerance, 'any.number-as-text')) return String(value);
  throw wrongType(path, 'a string');
}

/** @remarks `entra.value-list`: a simple value as `[{"value": …}]`, as drafts of SCIM 2.0 had it. */
function toScalar(sent: JsonValue, tolerance: Tolerance): JsonValue {
  const [only] = isList(sent) && sent.length === 1 ? sent : [sent];
  const value = isObject(only) ? memberInAnyCase(only, 'value') : undefined;
  const isSimple = value !== undefined && !isObject(value) && !isList(value);
  return isSimple && tolerates(tolerance, 'entra.value-list') ? value : sent;
}

/**
 * Whether a value clears its attribute.
 *
 * @remarks `entra.empty-clears`: an empty string clears, also from strict clients, where it is not reported as a quirk.
 */
export function isCleared(value: JsonValue, tolerance: Tolerance): value is null {
  if (value !== '') return isUnassigned(value);
  tolerates(tolerance, 'entra.empty-clears');
  return true;
}

/** The value as a complex value. @throws ScimError `invalidValue` when it cannot be read as one. */
export function requireComplex(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonObject {
  const shape = toComplexShape(value, definition, tolerance);
  if (shape === undefined) throw wrongType(path, 'an object');
  return shape;
}

/** Coerces one of several complex values. A member without `value` is an error; other attributes drop such values. */
function coerceListed(
  value: JsonValue,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonObject | undefined {
  const parts = isCleared(value, tolerance)
    ? undefined
    : coerceParts(requireComplex(value, definition, path, tolerance), definition, path, tolerance);
  if (parts?.['value'] === undefined && isMembership(definition))
    throw invalidValue(`Each of ${path} must have a value.`);
  return parts;
}

function coerceParts(
  object: JsonObject,
  definition: AttributeDefinition,
  path: string,
  tolerance: Tolerance,
): JsonObject | undefined {
  const subs = subAttributesOf(definition);
  const parts: JsonDraft = {};
  let isEmpty = true;
  for (const name of Object.keys(object)) {
    const sub = lookUp(subs, name);
    const part = object[name];
    if (sub === undefined) dropUnknown(name, path, tolerance);
    if (sub === undefined || sub.mutability === 'readOnly' || part === undefined) continue;
    const coerced = isOrdinary(part, sub) ? part : coerceValue(part, sub, `${path}.${sub.name}`, tolerance);
    if (coerced === undefined) continue;
    parts[sub.name] = coerced;
    isEmpty = false;
  }
  return isEmpty ? undefined : parts;
}

/**
 * Whether a sub-attribute is a plain string that needs no coercion. A shortcut, as most are and lists of members are
 * long.
 */
function isOrdinary(part: JsonValue, { type, multiValued }: AttributeDefinition): boolean {
  return typeof part === 'string' && part !== '' && (type === 'string' || type === 'reference') && !multiValued;
}

/** @remarks `entra.string-boolean`: `"True"` and `"False"`. */
function coerceBoolean(value: JsonValue, path: string, tolerance: Tolerance): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if ((word === 'true' || word === 'false') && tolerates(tolerance, 'entra.string-boolean')) return word === 'true';
  throw wrongType(path, 'true or false');
}

function wrongType(path: string, type: string): ScimError {
  return invalidValue(`${path} must be ${type}.`);
}
