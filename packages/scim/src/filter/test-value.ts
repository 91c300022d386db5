import { parseDateTime } from '../date-time.ts';
import { foldText } from '../fold.ts';
import type { JsonValue } from '../json.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import type { CompareOperator, CompareValue } from './ast.ts';

type Operator = Exclude<CompareOperator, 'ne'>;
type Test = (value: JsonValue) => boolean;

/** The test `operator literal` for one value of the attribute. A value of another type fails it. */
export function toTest(
  operator: Operator,
  literal: Exclude<CompareValue, null>,
  definition: AttributeDefinition,
): Test {
  if (typeof literal === 'boolean') return (value) => operator === 'eq' && value === literal;
  if (typeof literal === 'number') return toNumberTest(operator, literal);
  const instant = definition.type === 'dateTime' ? parseDateTime(literal) : undefined;
  if (instant !== undefined && isOrder(operator)) return toInstantTest(operator, instant);
  return definition.caseExact ? toExactTest(operator, literal) : toFoldedTest(operator, foldText(literal));
}

function isOrder(operator: Operator): boolean {
  return operator !== 'co' && operator !== 'sw' && operator !== 'ew';
}

function toNumberTest(operator: Operator, literal: number): Test {
  return (value) => typeof value === 'number' && compare(operator, value, literal);
}

/** Compares instants, not texts, so that zones and fractions of a second are taken into account. */
function toInstantTest(operator: Operator, literal: number): Test {
  return (value) => {
    const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
    return instant !== undefined && compare(operator, instant, literal);
  };
}

function toExactTest(operator: Operator, literal: string): Test {
  if (operator === 'eq') return (value) => value === literal;
  return (value) => typeof value === 'string' && compareText(operator, value, literal);
}

function toFoldedTest(operator: Operator, literal: string): Test {
  if (operator === 'eq')
    return (value) => value === literal || (typeof value === 'string' && foldText(value) === literal);
  return (value) => typeof value === 'string' && compareText(operator, foldText(value), literal);
}

function compareText(operator: Operator, value: string, literal: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(literal);
    case 'sw':
      return value.startsWith(literal);
    case 'ew':
      return value.endsWith(literal);
    default:
      return compare(operator, value, literal);
  }
}

function compare<T extends string | number>(operator: Operator, value: T, literal: T): boolean {
  switch (operator) {
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
    default:
      return value === literal;
  }
}
