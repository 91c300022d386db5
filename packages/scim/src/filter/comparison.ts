import type { AttributePath } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { invalidFilter } from '../error.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { CompareOperator, CompareValue, Filter } from './ast.ts';

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/** The operator of this lower-case name, if there is one. */
export function toOperator(word: string): CompareOperator | undefined {
  return isOperator(word) ? word : undefined;
}

function isOperator(word: string): word is CompareOperator {
  return operators.has(word);
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
  const definition = target.subAttribute ?? target.attribute;
  return { kind: 'compare', path: target, operator, value: fit(value, definition, operator, target.text, tolerance) };
}

function comparable(path: AttributePath, tolerance: Tolerance): AttributePath {
  const { attribute, subAttribute } = path;
  if (subAttribute !== undefined || attribute.type !== 'complex') return path;
  const value = findSubAttribute(attribute, 'value');
  if (value === undefined) throw invalidFilter(`${path.text} is complex; compare one of its sub-attributes.`);
  if (!attribute.multiValued && !tolerates(tolerance, 'entra.reference-check')) {
    throw invalidFilter(`${path.text} is complex; compare ${path.text}.value.`);
  }
  return { ...path, subAttribute: value, text: `${path.text}.value` };
}

function assertShown({ attribute, subAttribute, text }: AttributePath): void {
  if ((subAttribute ?? attribute).returned === 'never') throw invalidFilter(`${text} cannot be filtered by.`);
}

function fit(
  value: CompareValue,
  definition: AttributeDefinition,
  operator: CompareOperator,
  path: string,
  tolerance: Tolerance,
): CompareValue {
  if (value === null) {
    if (operator === 'eq' || operator === 'ne') return value;
    throw invalidFilter(`${path} ${operator} null compares nothing.`);
  }
  if (definition.type === 'boolean') return fitBoolean(value, operator, path, tolerance);
  if (definition.type === 'binary' && isOrdering(operator)) throw invalidFilter(`${path} is binary and has no order.`);
  if (definition.type === 'dateTime' && !isSubstring(operator)) {
    if (typeof value !== 'string' || parseDateTime(value) === undefined) {
      throw invalidFilter(`${path} is compared with a date such as "2026-01-31T12:00:00Z".`);
    }
  }
  return value;
}

function fitBoolean(value: CompareValue, operator: CompareOperator, path: string, tolerance: Tolerance): CompareValue {
  if (operator !== 'eq' && operator !== 'ne')
    throw invalidFilter(`${path} is true or false; ${operator} does not apply.`);
  if (typeof value !== 'string') return value;
  const word = value.toLowerCase();
  if ((word === 'true' || word === 'false') && tolerates(tolerance, 'entra.string-boolean')) return word === 'true';
  throw invalidFilter(`${path} is compared with true or false.`);
}

function isOrdering(operator: CompareOperator): boolean {
  return operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
}

function isSubstring(operator: CompareOperator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}
