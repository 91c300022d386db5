import { type AttributePath, subAttributePath } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { invalidFilter, type ScimError } from '../error.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { findSubAttribute, lookUp } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { CompareOperator, CompareValue, Filter } from './ast.ts';

const names = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const;
const operators: ReadonlyMap<string, CompareOperator | 'pr'> = new Map(names.map((name) => [name, name]));

/** The operator with a name in any case. */
export function toOperator(word: string): CompareOperator | 'pr' | undefined {
  return lookUp(operators, word);
}

/** The filter `path pr`. @throws ScimError `invalidFilter` when the attribute is never returned. */
export function toPresence(path: AttributePath): Filter {
  assertReturned(path);
  return { kind: 'present', path };
}

/**
 * The filter `path operator value`. A complex attribute is compared by its sub-attribute `value`.
 *
 * @throws ScimError `invalidFilter` when the operator or the value does not fit the attribute.
 */
export function toComparison(
  path: AttributePath,
  operator: CompareOperator,
  value: CompareValue,
  tolerance: Tolerance,
): Filter {
  const target = toComparable(path, tolerance);
  assertReturned(target);
  return { kind: 'compare', path: target, operator, value: toLiteral(value, target, operator, tolerance) };
}

/** @remarks `entra.reference-check`: `manager eq "…"` compares `manager.value`. */
function toComparable(path: AttributePath, tolerance: Tolerance): AttributePath {
  const { attribute, subAttribute } = path;
  if (subAttribute !== undefined || attribute.type !== 'complex') return path;
  const value = findSubAttribute(attribute, 'value');
  if (value === undefined) throw invalidFilter(`${path.text} is complex; compare one of its sub-attributes.`);
  if (!attribute.multiValued && !tolerates(tolerance, 'entra.reference-check')) {
    throw invalidFilter(`${path.text} is complex; compare ${path.text}.value.`);
  }
  return subAttributePath(path, value);
}

/** Filtering by an attribute that is never returned would disclose its value. */
function assertReturned({ attribute, subAttribute, text }: AttributePath): void {
  if ((subAttribute ?? attribute).returned === 'never')
    throw invalidFilter(`${text} is never returned; filtering by it is not supported.`);
}

function toLiteral(
  value: CompareValue,
  { attribute, subAttribute, text }: AttributePath,
  operator: CompareOperator,
  tolerance: Tolerance,
): CompareValue {
  const definition = subAttribute ?? attribute;
  if (value === null) {
    if (operator === 'eq' || operator === 'ne') return value;
    throw unsupported(`${text} is compared with null`, operator);
  }
  if (definition.type === 'boolean') return toBoolean(value, operator, text, tolerance);
  if (isOrdering(operator)) assertOrdered(value, definition, text, operator);
  if (definition.type === 'dateTime' && !isSubstring(operator)) assertDate(value, text);
  return value;
}

/** @remarks `entra.string-boolean`: `roles[primary eq "True"]` means true. */
function toBoolean(value: CompareValue, operator: CompareOperator, path: string, tolerance: Tolerance): CompareValue {
  if (operator !== 'eq' && operator !== 'ne') throw unsupported(`${path} is a boolean`, operator);
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if ((word === 'true' || word === 'false') && tolerates(tolerance, 'entra.string-boolean')) return word === 'true';
  throw invalidFilter(`${path} must be compared with true or false, without quotes.`);
}

/**
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 "Boolean and Binary attributes SHALL cause a failed
 * response"
 */
function assertOrdered(
  value: CompareValue,
  definition: AttributeDefinition,
  path: string,
  operator: CompareOperator,
): void {
  if (definition.type === 'binary') throw unsupported(`${path} is binary`, operator);
  if (typeof value === 'boolean') throw unsupported(`${path} is compared with a boolean`, operator);
}

function unsupported(reason: string, operator: CompareOperator): ScimError {
  return invalidFilter(`${reason}; ${operator} is not supported, use eq or ne.`);
}

function assertDate(value: CompareValue, path: string): void {
  if (typeof value === 'string' && parseDateTime(value) !== undefined) return;
  throw invalidFilter(`${path} must be compared with a date such as "2026-01-31T12:00:00Z".`);
}

function isOrdering(operator: CompareOperator): boolean {
  return operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
}

function isSubstring(operator: CompareOperator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}
