import type { Filter } from './ast.ts';

/**
 * Prints a filter. Parsing the text again yields an equal filter.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 * @example
 * ```ts
 * printFilter(parseFilter('Title PR', userResourceType, { tolerance })); // 'title pr'
 * ```
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands.map(printAlternative).join(' or ');
    case 'and':
      return filter.operands.map(printCondition).join(' and ');
    case 'not':
      return `not (${printFilter(filter.operand)})`;
    case 'present':
      return `${filter.path.text} pr`;
    case 'compare':
      return `${filter.path.text} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'valuePath':
      return `${filter.path.text}[${printFilter(filter.filter)}]`;
  }
}

/** `and` binds more closely than `or`, so only a nested `or` needs parentheses. */
function printAlternative(operand: Filter): string {
  return operand.kind === 'or' ? `(${printFilter(operand)})` : printFilter(operand);
}

function printCondition(operand: Filter): string {
  return operand.kind === 'and' ? `(${printFilter(operand)})` : printAlternative(operand);
}
