import type { AttributePath } from '../attribute-path.ts';
import type { Filter } from '../filter/ast.ts';
import type { JsonValue } from '../json.ts';

/** What an operation changes: an attribute, those of its values that a filter selects, or a sub-attribute of either. */
export interface PatchTarget {
  readonly path: AttributePath;
  readonly filter?: Filter;
  /** As the client wrote it. */
  readonly text: string;
}

/** One change, its target resolved against the schema. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export type PatchOperation =
  | { readonly op: 'add'; readonly target: PatchTarget; readonly value: JsonValue }
  | { readonly op: 'replace'; readonly target: PatchTarget; readonly value: JsonValue }
  | {
      readonly op: 'remove';
      readonly target: PatchTarget;
      /** Just these values are removed; none of them when the list is empty. */
      readonly values?: readonly JsonValue[];
    };
