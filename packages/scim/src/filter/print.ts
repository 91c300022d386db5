import type { Filter } from './ast.ts';

/** The text of a filter; parsing it gives the same filter again. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands.map((operand) => printOperand(operand, operand.kind === 'or')).join(' or ');
    case 'and':
      return filter.operands
        .map((operand) => printOperand(operand, operand.kind === 'or' || operand.kind === 'and'))
        .join(' and ');
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

function printOperand(operand: Filter, needsParentheses: boolean): string {
  return needsParentheses ? `(${printFilter(operand)})` : printFilter(operand);
}
