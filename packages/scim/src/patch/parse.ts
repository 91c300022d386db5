import { invalidSyntax, invalidValue, mutability, noTarget } from '../error.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceType } from '../schema/definition.ts';
import { registryOf } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { messageUrn } from '../urn.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';
import { parsePath } from './path.ts';

/**
 * The operations of a PATCH body; those without a path are taken apart, so that each has a target.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError before anything is changed: `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `noTarget` or `mutability`.
 */
export function parsePatch(body: unknown, type: ResourceType, tolerance: Tolerance): readonly PatchOperation[] {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object with Operations.');
  const message = withLowerCaseNames(body);
  assertPatchSchema(message['schemas'], tolerance);
  const operations = message['operations'];
  if (!Array.isArray(operations) || operations.length === 0)
    throw invalidSyntax('Operations must be a list with at least one operation.');
  return operations.flatMap((operation: JsonValue, index) => parseOperation(operation, index, type, tolerance));
}

function assertPatchSchema(schemas: JsonValue | undefined, tolerance: Tolerance): void {
  const urns = Array.isArray(schemas) ? schemas : [];
  if (urns.some((urn) => typeof urn === 'string' && urn.toLowerCase() === messageUrn.patchOp.toLowerCase())) return;
  if (schemas === undefined && tolerates(tolerance, 'any.missing-schemas')) return;
  throw invalidSyntax(`schemas must contain ${messageUrn.patchOp}.`);
}

function parseOperation(
  input: JsonValue,
  index: number,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (!isObject(input)) throw invalidSyntax(`Operations[${index}] must be an object.`);
  const operation = withLowerCaseNames(input);
  const op = parseOp(operation['op'], index, tolerance);
  const { path, value } = operation;
  if (path === undefined || path === null || path === '') return parsePathless(op, value, index, type, tolerance);
  if (typeof path !== 'string') throw invalidSyntax(`Operations[${index}].path must be a string.`);
  const extension = registryOf(type).extensions.get(path.toLowerCase());
  if (extension !== undefined && op !== 'remove')
    return parsePathless(op, { [extension.schema.id]: value ?? null }, index, type, tolerance);
  const target = parsePath(path, type, tolerance);
  assertWritable(target);
  return [toOperation(op, target, value, index, tolerance)];
}

function parseOp(op: JsonValue | undefined, index: number, tolerance: Tolerance): PatchOperation['op'] {
  const word = typeof op === 'string' ? op.toLowerCase() : undefined;
  if (word !== 'add' && word !== 'remove' && word !== 'replace') {
    throw invalidSyntax(`Operations[${index}].op must be add, remove or replace.`);
  }
  if (word !== op) tolerance.onQuirk?.('entra.op-case');
  return word;
}

function toOperation(
  op: PatchOperation['op'],
  target: PatchTarget,
  value: JsonValue | undefined,
  index: number,
  tolerance: Tolerance,
): PatchOperation {
  if (op !== 'remove') {
    if (value === undefined) throw invalidValue(`Operations[${index}] (${op} ${target.text}) has no value.`);
    return { op, target, value };
  }
  const listed =
    value !== undefined && value !== null && target.filter === undefined && target.path.subAttribute === undefined;
  if (listed && target.path.attribute.multiValued && tolerates(tolerance, 'entra.remove-members-by-value')) {
    return { op, target, values: Array.isArray(value) ? value : [value] };
  }
  return { op, target };
}

function parsePathless(
  op: PatchOperation['op'],
  value: JsonValue | undefined,
  index: number,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (op === 'remove') throw noTarget(`Operations[${index}]: remove needs a path that says what to remove.`);
  if (!isObject(value))
    throw invalidValue(`Operations[${index}]: ${op} without a path needs an object of attributes as its value.`);
  return Object.entries(value).flatMap(([name, part]) => parseEntry(op, name, part, type, tolerance));
}

/** One attribute of a path-less value; its name may itself be a path. Unknown attributes are ignored, as in a whole resource. */
function parseEntry(
  op: 'add' | 'replace',
  name: string,
  value: JsonValue,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  const registry = registryOf(type);
  const lower = name.toLowerCase();
  if (lower === 'schemas') return [];
  const extension = registry.extensions.get(lower);
  if (extension !== undefined) {
    if (!isObject(value)) return [];
    const inner = Object.entries(value).filter(([part]) => extension.attributes.has(part.toLowerCase()));
    return inner.flatMap(([part, partValue]) =>
      parseEntry(op, `${extension.schema.id}:${part}`, partValue, type, tolerance),
    );
  }
  if (!registry.core.has(lower) && !isPathLike(name)) return [];
  const target = parsePath(name, type, tolerance);
  if (target.text.includes('.') && !target.text.startsWith('urn:')) tolerance.onQuirk?.('entra.dotted-keys');
  if (isReadOnly(target)) {
    if (tolerates(tolerance, 'okta.patch-echoes-id')) return [];
    throw readOnly(target);
  }
  return [{ op, target, value }];
}

function isPathLike(name: string): boolean {
  return name.includes('.') || name.includes('[') || name.toLowerCase().startsWith('urn:');
}

function isReadOnly({ path }: PatchTarget): boolean {
  return path.attribute.mutability === 'readOnly' || path.subAttribute?.mutability === 'readOnly';
}

function assertWritable(target: PatchTarget): void {
  if (isReadOnly(target)) throw readOnly(target);
  if (target.path.subAttribute?.mutability === 'immutable' && target.path.attribute.multiValued) {
    throw mutability(`${target.text} cannot be changed; remove the value and add another one.`);
  }
}

function readOnly(target: PatchTarget): ReturnType<typeof mutability> {
  return mutability(`${target.text} is read-only.`);
}

/** The object with its members' names in lower case: names of messages count in any case, as attributes' do. */
function withLowerCaseNames(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}
