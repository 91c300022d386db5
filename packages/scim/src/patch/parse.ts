import { invalidSyntax, invalidValue, noTarget } from '../error.ts';
import { isList, isObject, type JsonValue, memberInAnyCase } from '../json.ts';
import { parsePath } from '../path.ts';
import type { ResourceType } from '../schema/definition.ts';
import { lookUp, registryOf } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';
import { messageUrn } from '../urn.ts';
import { assertWritable, normalizeOperation } from './normalize.ts';
import type { PatchOperation } from './operation.ts';
import { expandContainer, expandMembers } from './pathless.ts';

/**
 * The operations of a PATCH body; those without a path are taken apart, so that each has a target.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError before anything is changed: `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `noTarget` or `mutability`.
 */
export function parsePatch(body: unknown, type: ResourceType, tolerance: Tolerance): readonly PatchOperation[] {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object with Operations.');
  assertPatchSchema(memberInAnyCase(body, 'schemas'));
  const inputs = memberInAnyCase(body, 'operations');
  if (!isList(inputs) || inputs.length === 0)
    throw invalidSyntax('Operations must be a list with at least one operation.');
  const operations: PatchOperation[] = [];
  for (const [index, input] of inputs.entries())
    for (const operation of parseOperation(input, index, type, tolerance)) operations.push(operation);
  return operations;
}

function assertPatchSchema(schemas: JsonValue | undefined): void {
  const urns = isList(schemas) ? schemas : [];
  if (urns.some((urn) => typeof urn === 'string' && urn.toLowerCase() === messageUrn.patchOp.toLowerCase())) return;
  throw invalidSyntax(`schemas must contain ${messageUrn.patchOp}.`);
}

function parseOperation(
  input: JsonValue,
  index: number,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (!isObject(input)) throw invalidSyntax(`Operations[${index}] must be an object.`);
  const op = parseOp(memberInAnyCase(input, 'op'), index, tolerance);
  const path = memberInAnyCase(input, 'path');
  const value = memberInAnyCase(input, 'value');
  if (path === undefined || path === null || path === '') {
    if (op === 'remove') throw noTarget(`Operations[${index}]: remove needs a path that says what to remove.`);
    if (!isObject(value))
      throw invalidValue(`Operations[${index}]: ${op} without a path needs an object of attributes as its value.`);
    return expandMembers(op, value, type, tolerance);
  }
  if (typeof path !== 'string') throw invalidSyntax(`Operations[${index}].path must be a string.`);
  const container = lookUp(registryOf(type).containers, path);
  if (container !== undefined) return expandContainer(op, container, value, tolerance);
  const target = parsePath(path, type, tolerance);
  assertWritable(target);
  return normalizeOperation(op, target, value, tolerance);
}

/** @remarks `entra.op-case`: `"Add"`, `"Replace"`, `"Remove"`, from strict clients too: nothing else could be meant. */
function parseOp(op: JsonValue | undefined, index: number, tolerance: Tolerance): PatchOperation['op'] {
  if (op === 'add' || op === 'remove' || op === 'replace') return op;
  const word = typeof op === 'string' ? op.toLowerCase() : undefined;
  if (word !== 'add' && word !== 'remove' && word !== 'replace')
    throw invalidSyntax(`Operations[${index}].op must be add, remove or replace.`);
  tolerance.onQuirk?.('entra.op-case');
  return word;
}
