import { isList, isObject, type JsonObject, type JsonValue, memberInAnyCase } from '../json.ts';

/** An operation of a PATCH body as the client sent it, not yet checked. Member names match in any case. */
export interface SentOperation {
  readonly op: JsonValue | undefined;
  readonly path: JsonValue | undefined;
  readonly value: JsonValue | undefined;
}

/** Stands for an entry of `Operations` that is not an object. */
export const notAnOperation: SentOperation = { op: undefined, path: undefined, value: undefined };

/** A WeakMap entry costs as much as reading 16 to 64 operations again, so only bodies with longer lists get one. */
const longList = 64;

/** The operations of bodies with long lists. */
const longBodies = new WeakMap<JsonObject, readonly SentOperation[]>();

/**
 * Reads the operations of a PATCH body without checking them: for decisions that must precede `parsePatch`, such as
 * priorities and counts. `parsePatch` reads the same way. A body with a long list is read once: later calls return the
 * first result.
 *
 * An entry that is not an object becomes an operation whose members are all undefined.
 *
 * @param body the parsed JSON; must not change afterwards.
 * @returns no operations when the body is not an object or its `Operations` is not a list.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @example
 * ```ts
 * const removals = patchOperationsOf(request.body).filter(({ op }) => op === 'remove');
 * ```
 */
export function patchOperationsOf(body: unknown): readonly SentOperation[] {
  if (!isObject(body)) return [];
  const known = longBodies.get(body);
  if (known !== undefined) return known;
  const entries = memberInAnyCase(body, 'operations');
  const operations = isList(entries) ? entries.map(toSentOperation) : [];
  if (operations.length >= longList) longBodies.set(body, operations);
  return operations;
}

function toSentOperation(entry: JsonValue): SentOperation {
  if (!isObject(entry)) return notAnOperation;
  return {
    op: memberInAnyCase(entry, 'op'),
    path: memberInAnyCase(entry, 'path'),
    value: memberInAnyCase(entry, 'value'),
  };
}
