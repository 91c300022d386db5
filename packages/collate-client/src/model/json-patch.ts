/**
 * One step of a JSON Patch document.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4
 */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  /** A JSON pointer. */
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Changes to one entity, as Collate takes them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-3
 */
export type JsonPatch = readonly JsonPatchOperation[];
