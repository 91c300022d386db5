import { type AttributePath, subAttributePath } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { invalidFilter } from '../error.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { findSubAttribute, lookUp } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { CompareOperator, CompareValue, Filter } from './ast.ts';

const names = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const;
const operators: ReadonlyMap<string, CompareOperator | 'pr'> = new Map(names.map((name) => [name, name]));

/** The operator of this name, in any case of letters, if there is one. */
export function toOperator(word: string): CompareOperator | 'pr' | undefined {
  return lookUp(operators, word);
}

/** `path pr`. @throws ScimError `invalidFilter` for an attribute that is never shown. */
export function toPresence(path: AttributePath): Filter {
  assertShown(path);
  return { kind: 'present', path };
}

/**
 * `path operator value`, for a value that fits the attribute; a complex attribute is compared by its `value`.
 *
 * @throws ScimError `invalidFilter` when the operator or the value does not fit.
 */
export function toComparison(
  path: AttributePath,
  operator: CompareOperator,
  value: CompareValue,
  tolerance: Tolerance,
): Filter {
  const target = comparable(path, tolerance);
  assertShown(target);
  return { kind: 'compare', path: target, operator, value: fit(value, target, operator, tolerance) };
}

/** @remarks `entra.reference-check`: `manager eq "…"` compares the manager's `value`. */
function comparable(path: AttributePath, tolerance: Tolerance): AttributePath {
  const { attribute, subAttribute } = path;
  if (subAttribute !== undefined || attribute.type !== 'complex') return path;
  const value = findSubAttribute(attribute, 'value');
  if (value === undefined) throw invalidFilter(`${path.text} is complex; compare one of its sub-attributes.`);
  if (!attribute.multiValued && !tolerates(tolerance, 'entra.reference-check')) {
    throw invalidFilter(`${path.text} is complex; compare ${path.text}.value.`);
  }
  return subAttributePath(path, value);
}

/** What is never shown cannot be asked about either: the answers would give it away. */
function assertShown({ attribute, subAttribute, text }: AttributePath): void {
  if ((subAttribute ?? attribute).returned === 'never') throw invalidFilter(`${text} cannot be filtered by.`);
}

function fit(value: CompareValue, path: AttributePath, operator: CompareOperator, tolerance: Tolerance): CompareValue {
  const definition = path.subAttribute ?? path.attribute;
  if (value === null) {
    if (operator === 'eq' || operator === 'ne') return value;
    throw invalidFilter(`${path.text} ${operator} null compares nothing.`);
  }
  if (definition.type === 'boolean') return fitBoolean(value, operator, path.text, tolerance);
  if (isOrdering(operator)) assertOrdered(value, definition, path.text);
  if (definition.type === 'dateTime' && !isSubstring(operator)) assertDate(value, path.text);
  return value;
}

/** @remarks `entra.string-boolean`: `roles[primary eq "True"]` means true. */
function fitBoolean(value: CompareValue, operator: CompareOperator, path: string, tolerance: Tolerance): CompareValue {
  if (operator !== 'eq' && operator !== 'ne')
    throw invalidFilter(`${path} is true or false; ${operator} does not apply.`);
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if ((word === 'true' || word === 'false') && tolerates(tolerance, 'entra.string-boolean')) return word === 'true';
  throw invalidFilter(`${path} is compared with true or false.`);
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 "Boolean and Binary attributes SHALL cause a failed response" */
function assertOrdered(value: CompareValue, definition: AttributeDefinition, path: string): void {
  if (definition.type === 'binary') throw invalidFilter(`${path} is binary and has no order.`);
  if (typeof value === 'boolean') throw invalidFilter(`${path} cannot be more or less than true or false.`);
}

function assertDate(value: CompareValue, path: string): void {
  if (typeof value === 'string' && parseDateTime(value) !== undefined) return;
  throw invalidFilter(`${path} is compared with a date such as "2026-01-31T12:00:00Z".`);
}

function isOrdering(operator: CompareOperator): boolean {
  return operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
}

function isSubstring(operator: CompareOperator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}
