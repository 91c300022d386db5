import type { JsonValue } from '../json.ts';
import type { PatchTarget } from '../path.ts';

/**
 * One change, its target resolved against the schema and its value of the attribute's type: a list where the attribute is multi-valued and
 * the target names all of it, else a single value. What clears an attribute is a `remove`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export type PatchOperation =
  | { readonly op: 'add'; readonly target: PatchTarget; readonly value: JsonValue }
  | { readonly op: 'replace'; readonly target: PatchTarget; readonly value: JsonValue }
  | {
      readonly op: 'remove';
      readonly target: PatchTarget;
      /** Just these values are removed; none of them when the list is empty. */
      readonly values?: readonly JsonValue[];
    };
