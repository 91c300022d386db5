import { isObject, patchOperationsOf } from '@scim-gateway/scim';
import type { PatchOperation } from '../../observability/catalogue/provisioning.ts';

const kinds = new Map<string, PatchOperation>([
  ['add', 'add'],
  ['replace', 'replace'],
  ['remove', 'remove'],
]);

/** The kind of each operation of a PATCH, for a metric; `other` for one that the kernel will refuse. */
export function operationKinds(body: unknown): readonly PatchOperation[] {
  return patchOperationsOf(body).map(({ op }) =>
    typeof op === 'string' ? (kinds.get(op.toLowerCase()) ?? 'other') : 'other',
  );
}

/** How much a write changes, for the audit trail; `undefined` in place of 0. */
export interface BodyCounts {
  /** Operations of a PATCH. */
  readonly operations: number | undefined;
  /**
   * Values in the body's lists, such as members: in a PATCH the lists in its operations, else the lists of the
   * resource.
   */
  readonly values: number | undefined;
}

/** Counts the operations of a body, and the values in its lists. */
export function countBody(body: unknown): BodyCounts {
  const operations = patchOperationsOf(body);
  const values =
    operations.length > 0 ? operations.map(({ value }) => value) : Object.values(isObject(body) ? body : {});
  let count = 0;
  for (const value of values) if (Array.isArray(value)) count += value.length;
  return { operations: operations.length || undefined, values: count || undefined };
}
