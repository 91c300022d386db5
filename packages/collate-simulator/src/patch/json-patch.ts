import type { GenerationRules } from '../generation.ts';
import { type ApiError, unhandled } from '../http/api-error.ts';
import { isObject, type Json } from '../state/row.ts';

/** One operation of a JSON Patch, unchecked. */
export interface PatchStep {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The failures of a JSON Patch, in the words of a server generation. */
interface Failures {
  readonly pointer: () => ApiError;
  readonly root: () => ApiError;
  readonly noValue: (op: string) => ApiError;
  readonly noMember: (document: unknown, name: string) => ApiError;
  readonly noItem: (list: readonly unknown[], index: string) => ApiError;
  readonly test: (step: PatchStep) => ApiError;
}

const early: Failures = {
  pointer: () => unhandled("A non-empty JsonPointer string must begin with a '/'"),
  root: () => unhandled('The reference must not be the target'),
  noValue: () => unhandled('name or value/builder must not be null'),
  noMember: (document, name) => unhandled(`'${JSON.stringify(document)}' contains no value for name '${name}'`),
  noItem: (list, index) => unhandled(`'${JSON.stringify(list)}' contains no value for index ${index}`),
  test: () => unhandled('JsonPatch.Operation.TEST fails! Values are not equal'),
};

const later: Failures = {
  pointer: () => unhandled("A non-empty JSON Pointer must begin with a '/'"),
  root: () =>
    unhandled(
      'Cannot invoke "String.toLowerCase()" because the return value of "org.openmetadata.schema.entity.teams.User.getName()" is null',
    ),
  noValue: (op) => unhandled(`The JSON Patch operation '${op}' must contain a 'value' member`),
  noMember: (_document, name) => unhandled(`Non-existing name/value pair in the object for key ${name}`),
  noItem: (list, index) => unhandled(`An array item index is out of range. Index: ${index}, Size: ${list.length}`),
  test: ({ path, value }) =>
    unhandled(`The JSON Patch operation 'test' failed for path '${path}' and value '${JSON.stringify(value)}'`),
};

/**
 * The document after the steps. Generation 1.1 sorts them: first all but `remove` by path, then `remove` by descending path
 * (collate-live 2.3). Later generations keep the order of the request.
 *
 * @throws ApiError 500 when a step cannot be applied; in generation 1.1 with the whole document in its text.
 */
export function applySteps(document: Json, steps: readonly PatchStep[], rules: GenerationRules): Json {
  const target = structuredClone(document);
  const failures = rules.hidesNotFound ? early : later;
  for (const step of rules.reordersPatch ? reorder(steps) : steps) {
    assertStep(step, failures);
    applyStep(target, step, failures);
  }
  return target;
}

function reorder(steps: readonly PatchStep[]): readonly PatchStep[] {
  const path = (left: PatchStep, right: PatchStep) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0);
  const removes = steps.filter(({ op }) => op === 'remove').sort((left, right) => path(right, left));
  return [...steps.filter(({ op }) => op !== 'remove').sort(path), ...removes];
}

const operations = new Set(['add', 'remove', 'replace', 'test']);

function applyStep(target: Json, step: PatchStep, failures: Failures): void {
  const parts = step.path.slice(1).split('/').map(unescapePointer);
  const last = parts.pop() ?? '';
  const parent = parts.reduce<unknown>(
    (value, part) => (isObject(value) ? Reflect.get(value, part) : undefined),
    target,
  );
  if (Array.isArray(parent)) applyToArray(parent, last, step, failures);
  else if (isObject(parent)) applyToObject({ parent, target }, last, step, failures);
  else throw failures.noMember(target, last);
}

function assertStep(step: PatchStep, failures: Failures): void {
  if (!operations.has(step.op))
    throw unhandled(`Illegal value for the operationName of the JSON patch operation: ${step.op}`);
  if (step.op !== 'remove' && step.op !== 'test' && !('value' in step)) throw failures.noValue(step.op);
  if (step.path === '') throw failures.root();
  if (!step.path.startsWith('/')) throw failures.pointer();
}

function applyToArray(parent: unknown[], last: string, step: PatchStep, failures: Failures): void {
  if (step.op === 'add' && last === '-') {
    parent.push(step.value);
    return;
  }
  const index = /^\d+$/.test(last) ? Number(last) : -1;
  const limit = step.op === 'add' ? parent.length : parent.length - 1;
  if (index < 0 || index > limit) throw failures.noItem(parent, last);
  if (step.op === 'add') parent.splice(index, 0, step.value);
  else if (step.op === 'replace') parent[index] = step.value;
  else if (step.op === 'remove') parent.splice(index, 1);
  else assertEqual(step, parent[index], failures);
}

interface Place {
  readonly parent: Json;
  readonly target: Json;
}

function applyToObject({ parent, target }: Place, last: string, step: PatchStep, failures: Failures): void {
  const exists = Object.hasOwn(parent, last) && parent[last] !== undefined;
  if (step.op === 'add') parent[last] = step.value;
  else if (!exists) throw failures.noMember(target, last);
  else if (step.op === 'replace') parent[last] = step.value;
  else if (step.op === 'remove') delete parent[last];
  else assertEqual(step, parent[last], failures);
}

function assertEqual(step: PatchStep, value: unknown, failures: Failures): void {
  if (JSON.stringify(value) !== JSON.stringify(step.value)) throw failures.test(step);
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
