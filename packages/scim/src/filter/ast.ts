import type { AttributePath } from '../attribute-path.ts';

/** An operator that compares with a value. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** The value that an attribute is compared with. */
export type CompareValue = string | number | boolean | null;

/**
 * A filter, resolved against a schema. The paths within a `valuePath` are relative: their `attribute` is a
 * sub-attribute of the value path's attribute.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: CompareValue;
    }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter };

/**
 * Whether a filter refers to a top-level attribute.
 *
 * @param attributeName the canonical name, without URN.
 */
export function mentionsAttribute(filter: Filter, attributeName: string): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.some((operand) => mentionsAttribute(operand, attributeName));
    case 'not':
      return mentionsAttribute(filter.operand, attributeName);
    case 'present':
    case 'compare':
    case 'valuePath':
      return filter.path.attribute.name === attributeName;
  }
}
