import { invalidSyntax, invalidValue, noTarget, type ScimError } from '../error.ts';
import { isList, isObject, type JsonValue, memberInAnyCase } from '../json.ts';
import { parsePath } from '../path.ts';
import { quote } from '../quote.ts';
import type { ResourceType } from '../schema/definition.ts';
import { lookUp, registryOf } from '../schema/registry.ts';
import { dropUnknown, readKept } from '../schema/unknown.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { messageUrn } from '../urn.ts';
import { assertWritable, normalizeOperation } from './normalize.ts';
import type { PatchOperation } from './operation.ts';
import { expandContainer, expandMembers } from './pathless.ts';
import { notAnOperation, patchOperationsOf, type SentOperation } from './sent.ts';
import { headOf, namesUnknown } from './unknown-path.ts';

/**
 * Parses a PATCH body. An operation without a path becomes one operation for each attribute in its value, so that every
 * operation of the result has a target.
 *
 * @throws ScimError `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `noTarget` or `mutability`.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @example
 * ```ts
 * const operations = parsePatch(
 *   {
 *     schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
 *     Operations: [{ op: 'replace', path: 'active', value: false }],
 *   },
 *   userResourceType,
 *   { profile: 'strict' },
 * );
 * const after = applyPatch(before, operations, userResourceType, { profile: 'strict' });
 * ```
 */
export function parsePatch(body: unknown, type: ResourceType, tolerance: Tolerance): readonly PatchOperation[] {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object: a PatchOp message.');
  const sent = patchOperationsOf(body);
  if (sent.length === 0) throw invalidSyntax('Operations must be a list of at least one operation.');
  assertPatchSchema(memberInAnyCase(body, 'schemas'), tolerance);
  const operations: PatchOperation[] = [];
  for (const [index, each] of sent.entries())
    for (const operation of parseOperation(each, index, type, tolerance)) operations.push(operation);
  return operations;
}

/** @remarks `any.patch-schema`: the URN of the message is missing or wrong; the operations show what is meant. */
function assertPatchSchema(schemas: JsonValue | undefined, tolerance: Tolerance): void {
  const urns = isList(schemas) ? schemas : [];
  if (urns.some((urn) => typeof urn === 'string' && urn.toLowerCase() === messageUrn.patchOp.toLowerCase())) return;
  if (!tolerates(tolerance, 'any.patch-schema')) throw invalidSyntax(`schemas must contain ${messageUrn.patchOp}.`);
}

function parseOperation(
  sent: SentOperation,
  index: number,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (sent === notAnOperation) throw invalidSyntax(`Operations[${index}] must be an object.`);
  const op = parseOp(sent.op, index, tolerance);
  const { path, value } = sent;
  if (path === undefined || path === null || path === '') {
    if (op === 'remove') throw noTarget(`Operations[${index}].path is required: a remove must name what it removes.`);
    if (!isObject(value))
      throw invalidValue(`Operations[${index}].value must be an object of attributes, because the ${op} has no path.`);
    return expandMembers(op, value, type, tolerance);
  }
  if (typeof path !== 'string') throw invalidSyntax(`Operations[${index}].path must be a string.`);
  const container = lookUp(registryOf(type).containers, path);
  if (container !== undefined) return expandContainer(op, container, value, tolerance);
  if (tolerance.profile === 'tolerant' && namesUnknown(path, type)) {
    dropUnknown(path, type.name, tolerance);
    return [];
  }
  const read = () => {
    const target = parsePath(path, type, tolerance);
    assertWritable(target);
    return normalizeOperation(op, target, value, tolerance);
  };
  return readKept(headOf(path, type), tolerance, read) ?? [];
}

/**
 * @remarks `entra.op-case`: `"Add"`, `"Replace"` and `"Remove"`; accepted from strict clients too, as their meaning
 * is certain.
 */
function parseOp(op: JsonValue | undefined, index: number, tolerance: Tolerance): PatchOperation['op'] {
  if (op === 'add' || op === 'remove' || op === 'replace') return op;
  const word = typeof op === 'string' ? op.toLowerCase() : undefined;
  if (word !== 'add' && word !== 'remove' && word !== 'replace') throw unknownOp(op, index);
  tolerance.onQuirk?.('entra.op-case');
  return word;
}

function unknownOp(op: JsonValue | undefined, index: number): ScimError {
  const sent = typeof op === 'string' ? `, not ${quote(op)}` : '';
  return invalidSyntax(`Operations[${index}].op must be add, remove or replace${sent}.`);
}
