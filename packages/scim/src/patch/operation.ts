import type { JsonValue } from '../json.ts';
import type { PatchTarget } from '../path.ts';

/**
 * A parsed operation. Its target is resolved against the schema, and its value has the type of the target: a list
 * when the target is all of a multi-valued attribute, else a single value. An operation that clears an attribute is a
 * `remove`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export type PatchOperation =
  | { readonly op: 'add'; readonly target: PatchTarget; readonly value: JsonValue }
  | { readonly op: 'replace'; readonly target: PatchTarget; readonly value: JsonValue }
  | {
      readonly op: 'remove';
      readonly target: PatchTarget;
      /** Only these values are removed: none when the list is empty. Absent: everything that the target selects. */
      readonly values?: readonly JsonValue[];
    };
