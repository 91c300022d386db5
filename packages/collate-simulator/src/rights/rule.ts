import { isObject, type Json } from '../state/row.ts';

/** One rule of a policy, as the server stores it. */
export interface Rule {
  readonly name: string;
  readonly description?: string;
  readonly effect: 'allow' | 'deny';
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: string;
}

/** The rules in the JSON of a policy. */
export function rulesIn(policy: Json): readonly Rule[] {
  return Array.isArray(policy['rules']) ? policy['rules'].filter(isRule) : [];
}

/** Whether a rule names a resource, or all of them. */
export function coversResource({ resources }: Rule, resource: string): boolean {
  return resources[0]?.toLowerCase() === 'all' || resources.includes(resource);
}

/** Whether a rule names an operation: `EditAll` contains all edits, `ViewAll` all views, `All` everything. */
export function coversOperation({ operations }: Rule, operation: string): boolean {
  return (
    operations.includes('All') ||
    operations.includes(operation) ||
    (operations.includes('EditAll') && operation.startsWith('Edit')) ||
    (operations.includes('ViewAll') && operation.startsWith('View'))
  );
}

function isRule(value: unknown): value is Rule {
  return isObject(value) && Array.isArray(value['operations']) && Array.isArray(value['resources']);
}
