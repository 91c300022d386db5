import { isList, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { AttributeDefinition } from './definition.ts';
import { findSubAttribute } from './registry.ts';

/**
 * Reads a JSON value as a complex value; undefined when that is not possible.
 *
 * @remarks `entra.manager-shape`: a manager as a bare string or in a list. `entra.role-json-string`: a role as JSON
 * in a string. `any.members-as-strings`: a member as a bare string.
 */
export function toComplexShape(
  value: JsonValue,
  definition: AttributeDefinition,
  tolerance: Tolerance,
): JsonObject | undefined {
  if (isObject(value)) return value;
  if (definition.multiValued) return toListedShape(value, definition, tolerance);
  const [only] = isList(value) && value.length === 1 ? value : [value];
  const shape = isObject(only) ? only : toValueShape(only, definition);
  return shape !== undefined && tolerates(tolerance, 'entra.manager-shape') ? shape : undefined;
}

function toListedShape(
  value: JsonValue,
  definition: AttributeDefinition,
  tolerance: Tolerance,
): JsonObject | undefined {
  const shape = toValueShape(value, definition);
  if (shape === undefined) return undefined;
  const parsed = parseJsonObject(shape.value);
  if (parsed !== undefined) return tolerates(tolerance, 'entra.role-json-string') ? parsed : undefined;
  return tolerates(tolerance, 'any.members-as-strings') ? shape : undefined;
}

function toValueShape(
  value: JsonValue | undefined,
  definition: AttributeDefinition,
): { readonly value: string } | undefined {
  return typeof value === 'string' && findSubAttribute(definition, 'value') !== undefined ? { value } : undefined;
}

function parseJsonObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so an ordinary string that begins with a brace.
    return undefined;
  }
}
