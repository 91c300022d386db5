import type { GenerationRules } from '../generation.ts';
import { refuse, unhandled } from '../http/api-error.ts';
import { isObject, type Json } from '../state/row.ts';

/** One operation of a JSON Patch, unchecked. */
export interface PatchStep {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/**
 * The document after the steps. Generation 1.1 sorts them: first all but `remove` by path, then `remove` by descending path
 * (collate-live 2.3). Later generations keep the order of the request.
 *
 * @throws ApiError 500 with the whole document in its text when a step cannot be applied.
 */
export function applySteps(document: Json, steps: readonly PatchStep[], rules: GenerationRules): Json {
  const target = structuredClone(document);
  for (const step of rules.reordersPatch ? reorder(steps) : steps) {
    assertStep(step, rules);
    applyStep(target, step, document);
  }
  return target;
}

function reorder(steps: readonly PatchStep[]): readonly PatchStep[] {
  const path = (left: PatchStep, right: PatchStep) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0);
  const removes = steps.filter(({ op }) => op === 'remove').sort((left, right) => path(right, left));
  return [...steps.filter(({ op }) => op !== 'remove').sort(path), ...removes];
}

const operations = new Set(['add', 'remove', 'replace', 'test']);

function applyStep(target: Json, step: PatchStep, original: Json): void {
  const parts = step.path.slice(1).split('/').map(unescapePointer);
  const last = parts.pop() ?? '';
  const parent = parts.reduce<unknown>(
    (value, part) => (isObject(value) ? Reflect.get(value, part) : undefined),
    target,
  );
  if (Array.isArray(parent)) applyToArray(parent, last, step);
  else if (isObject(parent)) applyToObject(parent, last, step, original);
  else throw unhandled(`'${JSON.stringify(original)}' contains no value for name '${last}'`);
}

function assertStep(step: PatchStep, rules: GenerationRules): void {
  if (!operations.has(step.op))
    throw unhandled(`Illegal value for the operationName of the JSON patch operation: ${step.op}`);
  if (step.op !== 'remove' && step.op !== 'test' && !('value' in step))
    throw unhandled('name or value/builder must not be null');
  if (step.path === '') throw unhandled('The reference must not be the target');
  if (step.path.startsWith('/')) return;
  throw rules.hidesNotFound
    ? unhandled("A non-empty JsonPointer string must begin with a '/'")
    : refuse(400, `A JSON Pointer must start with '/': ${step.path}`);
}

function applyToArray(parent: unknown[], last: string, step: PatchStep): void {
  if (step.op === 'add' && last === '-') {
    parent.push(step.value);
    return;
  }
  const index = /^\d+$/.test(last) ? Number(last) : -1;
  const limit = step.op === 'add' ? parent.length : parent.length - 1;
  if (index < 0 || index > limit) throw unhandled(`'${JSON.stringify(parent)}' contains no value for index ${last}`);
  if (step.op === 'add') parent.splice(index, 0, step.value);
  else if (step.op === 'replace') parent[index] = step.value;
  else if (step.op === 'remove') parent.splice(index, 1);
  else assertEqual(step, parent[index]);
}

function applyToObject(parent: Json, last: string, step: PatchStep, original: Json): void {
  const exists = Object.hasOwn(parent, last) && parent[last] !== undefined;
  if (step.op === 'add') parent[last] = step.value;
  else if (!exists) throw unhandled(`'${JSON.stringify(original)}' contains no value for name '${last}'`);
  else if (step.op === 'replace') parent[last] = step.value;
  else if (step.op === 'remove') delete parent[last];
  else assertEqual(step, parent[last]);
}

function assertEqual(step: PatchStep, value: unknown): void {
  if (JSON.stringify(value) !== JSON.stringify(step.value))
    throw unhandled('JsonPatch.Operation.TEST fails! Values are not equal');
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
