import type { PatchOperation } from '../../observability/catalogue/provisioning.ts';
import { operationsOf, toObject } from './shape.ts';

const kinds = new Map<string, PatchOperation>([
  ['add', 'add'],
  ['replace', 'replace'],
  ['remove', 'remove'],
]);

/** What the operations of a PATCH are called, for counting; the use case is the judge of whether they are right. */
export function operationKinds(body: unknown): readonly PatchOperation[] {
  return operationsOf(body).map(({ op }) =>
    typeof op === 'string' ? (kinds.get(op.toLowerCase()) ?? 'other') : 'other',
  );
}

/** How many operations a PATCH has; `undefined` for what is none. */
export function countOperations(body: unknown): number | undefined {
  const operations = operationsOf(body);
  return operations.length === 0 ? undefined : operations.length;
}

/** How many values a body's lists hold: members in a group's, operations' values in a PATCH. */
export function countValues(body: unknown): number | undefined {
  const operations = operationsOf(body);
  const lists = operations.length > 0 ? operations.map(({ value }) => value) : Object.values(toObject(body));
  const count = lists.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
  return count === 0 ? undefined : count;
}
