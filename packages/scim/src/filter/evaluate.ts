import { type AttributePath, attributeValue } from '../attribute-path.ts';
import { parseDateTime } from '../date-time.ts';
import { foldText } from '../fold.ts';
import { isObject, isUnassigned, type JsonValue, member, type Resource } from '../json.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import type { CompareOperator, CompareValue, Filter } from './ast.ts';

/**
 * Whether a resource satisfies a filter. A multi-valued attribute does if any of its values does; the conditions of a value path
 * must hold of one and the same value.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export function evaluateFilter(filter: Filter, resource: Resource): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => evaluateFilter(operand, resource));
    case 'or':
      return filter.operands.some((operand) => evaluateFilter(operand, resource));
    case 'not':
      return !evaluateFilter(filter.operand, resource);
    case 'present':
      return valuesAt(resource, filter.path).some(isPresent);
    case 'compare':
      return compare(
        valuesAt(resource, filter.path),
        filter.operator,
        filter.value,
        filter.path.subAttribute ?? filter.path.attribute,
      );
    case 'valuePath': {
      const values = asArray(attributeValue(resource, filter.path));
      return values.some((value) => isObject(value) && evaluateFilter(filter.filter, value));
    }
  }
}

/** The values that a path leads to; none where it leads nowhere. */
function valuesAt(resource: Resource, path: AttributePath): readonly JsonValue[] {
  const values = asArray(attributeValue(resource, path));
  const { subAttribute } = path;
  if (subAttribute === undefined) return values;
  return values.flatMap((value) => (isObject(value) ? asArray(member(value, subAttribute.name)) : []));
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (isUnassigned(value)) return [];
  return Array.isArray(value) ? value : [value];
}

function isPresent(value: JsonValue): boolean {
  if (isObject(value)) return Object.values(value).some((part) => !isUnassigned(part) && isPresent(part));
  return value !== '' && value !== null;
}

function compare(
  values: readonly JsonValue[],
  operator: CompareOperator,
  wanted: CompareValue,
  definition: AttributeDefinition,
): boolean {
  if (wanted === null) return (operator === 'eq') === (values.length === 0);
  if (operator === 'ne') return values.length === 0 || values.some((value) => !test(value, 'eq', wanted, definition));
  return values.some((value) => test(value, operator, wanted, definition));
}

function test(
  value: JsonValue,
  operator: Exclude<CompareOperator, 'ne'>,
  wanted: string | number | boolean,
  definition: AttributeDefinition,
): boolean {
  if (typeof value !== typeof wanted) return false;
  if (typeof value !== 'string' || typeof wanted !== 'string') return testOrder(operator, order(value, wanted));
  if (definition.type === 'dateTime' && operator !== 'co' && operator !== 'sw' && operator !== 'ew') {
    return testOrder(operator, order(parseDateTime(value) ?? Number.NaN, parseDateTime(wanted) ?? Number.NaN));
  }
  const left = definition.caseExact ? value : foldText(value);
  const right = definition.caseExact ? wanted : foldText(wanted);
  return testText(left, operator, right);
}

function testText(left: string, operator: Exclude<CompareOperator, 'ne'>, right: string): boolean {
  switch (operator) {
    case 'co':
      return left.includes(right);
    case 'sw':
      return left.startsWith(right);
    case 'ew':
      return left.endsWith(right);
    default:
      return testOrder(operator, order(left, right));
  }
}

/** Negative, zero or positive; NaN when the two have no order. */
function order(left: JsonValue, right: JsonValue): number {
  if (left === right) return 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : 1;
  return typeof left === 'number' && typeof right === 'number' ? left - right : Number.NaN;
}

function testOrder(operator: CompareOperator, difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'le':
      return difference <= 0;
    default:
      return false;
  }
}
