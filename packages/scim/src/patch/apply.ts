import { attributeValue, withAttributeValue } from '../attribute-path.ts';
import { invalidValue, mutability } from '../error.ts';
import { equalJson, isObject, type JsonObject, type JsonValue, type Resource } from '../json.ts';
import { assertOnePrimary, coerceValue } from '../schema/coerce.ts';
import type { ResourceType } from '../schema/definition.ts';
import { withSchemas } from '../schema/validate.ts';
import type { Tolerance } from '../tolerance.ts';
import { mergeComplex, setSubAttribute } from './complex.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';
import { addValues, removeValues, setOnValues } from './values.ts';

/**
 * The resource after the operations, each applied to the result of the one before. Nothing is mutated: an operation that fails leaves the
 * resource as it was, and one that changes nothing gives back the same object.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError
 */
export function applyPatch(
  resource: Resource,
  operations: readonly PatchOperation[],
  type: ResourceType,
  tolerance: Tolerance,
): Resource {
  const after = operations.reduce((before, operation) => applyOperation(before, operation, tolerance), resource);
  if (after === resource) return resource;
  const whole = withSchemas(after, type);
  return equalJson(whole, resource) ? resource : whole;
}

function applyOperation(resource: Resource, operation: PatchOperation, tolerance: Tolerance): Resource {
  const { target } = operation;
  if (target.path.attribute.returned === 'never') {
    tolerance.onQuirk?.('okta.password-placeholder');
    return resource;
  }
  const before = attributeValue(resource, target.path);
  const after = target.path.attribute.multiValued
    ? changeValues(asArray(before), operation, tolerance)
    : changeSingle(before, operation, tolerance);
  assertKept(operation, after);
  return after === before ? resource : withAttributeValue(resource, target.path, after);
}

/** A required attribute cannot lose its value. */
function assertKept({ op, target }: PatchOperation, after: JsonValue | undefined): void {
  if (!target.path.attribute.required || (after !== undefined && after !== '')) return;
  if (op === 'remove') throw mutability(`${target.text} is required and cannot be removed.`);
  throw invalidValue(`${target.text} is required and must not be empty.`);
}

function changeSingle(
  before: JsonValue | undefined,
  operation: PatchOperation,
  tolerance: Tolerance,
): JsonValue | undefined {
  const { path } = operation.target;
  const { subAttribute } = path;
  const object = isObject(before) ? before : undefined;
  if (subAttribute !== undefined) {
    const value =
      operation.op === 'remove' ? undefined : coerceValue(operation.value, subAttribute, path.text, tolerance);
    return setSubAttribute(object, subAttribute, value);
  }
  if (operation.op === 'remove') return undefined;
  if (path.attribute.type === 'complex' && isObject(operation.value))
    return mergeComplex(object, operation.value, path, tolerance);
  return coerceValue(operation.value, path.attribute, path.text, tolerance);
}

function changeValues(
  before: readonly JsonValue[],
  operation: PatchOperation,
  tolerance: Tolerance,
): JsonValue | undefined {
  const { target } = operation;
  const after = changeList(before, operation, target, tolerance);
  if (after !== before) assertOnePrimary(after, target.path.attribute.name);
  return after.length === 0 ? undefined : after;
}

function changeList(
  before: readonly JsonValue[],
  operation: PatchOperation,
  target: PatchTarget,
  tolerance: Tolerance,
): readonly JsonValue[] {
  const selects = target.filter !== undefined || target.path.subAttribute !== undefined;
  if (selects) return setOnValues(before, operation, tolerance);
  switch (operation.op) {
    case 'add':
      return addValues(before, coerceList(operation.value, target, tolerance));
    case 'replace':
      return coerceList(operation.value, target, tolerance);
    case 'remove':
      return operation.values === undefined ? [] : removeValues(before, operation.values);
  }
}

function coerceList(value: JsonValue, { path }: PatchTarget, tolerance: Tolerance): readonly JsonValue[] {
  return asArray(coerceValue(value, path.attribute, path.text, tolerance));
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as JsonObject];
}
