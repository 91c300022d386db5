import { type AttributePath, subAttributePath } from '../attribute-path.ts';
import { invalidValue, mutability, type ScimError } from '../error.ts';
import { isObject, type JsonValue, toList } from '../json.ts';
import type { PatchTarget } from '../path.ts';
import { coerceSingle, coerceValue, isCleared, requireComplex } from '../schema/coerce.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { dropUnknown } from '../schema/unknown.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { PatchOperation } from './operation.ts';

type Target = PatchTarget & { readonly value: JsonValue };

/**
 * Normalizes an operation as a provider sends it. Values are coerced to the attribute's type, a complex value becomes
 * one operation for each sub-attribute (RFC 7644 §3.5.2.3 merges them), and an operation that clears becomes a
 * `remove`.
 *
 * @throws ScimError `invalidValue` or `mutability`.
 */
export function normalizeOperation(
  op: PatchOperation['op'],
  target: PatchTarget,
  value: JsonValue | undefined,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (op === 'remove') return [toRemoval(target, value, tolerance)];
  if (value === undefined)
    throw invalidValue(`${op} ${target.text} requires a value; send remove to clear the attribute.`);
  const { attribute, subAttribute } = target.path;
  if (attribute.returned === 'never') return dropSecret({ ...target, value }, tolerance);
  if (target.filter === undefined && subAttribute === undefined) {
    if (attribute.multiValued)
      return [{ op, target, value: coerceValue(value, attribute, target.text, tolerance) ?? [] }];
    if (attribute.type === 'complex') return toPartOperations(op, { ...target, value }, tolerance);
  }
  const coerced = coerceSingle(value, subAttribute ?? attribute, target.path.text, tolerance);
  if (coerced !== undefined) return [{ op, target, value: coerced }];
  if (isRequired(target.path)) throw invalidValue(`${target.text} is required and must not be empty.`);
  // An object with only unknown sub-attributes clears nothing.
  return isObject(value) ? [] : [{ op: 'remove', target }];
}

/** @throws ScimError `mutability` when the target is read-only or immutable. */
export function assertWritable(target: PatchTarget): void {
  if (isReadOnly(target.path)) throw readOnly(target);
  if (target.path.subAttribute?.mutability === 'immutable')
    throw mutability(`${target.path.text} is immutable; remove the value and add another one.`);
}

/** Whether only the server sets the attribute. */
export function isReadOnly({ attribute, subAttribute }: AttributePath): boolean {
  return attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';
}

/** The error for an attempt to set a read-only attribute. */
export function readOnly(target: PatchTarget): ScimError {
  return mutability(`${target.text} is read-only; leave it out.`);
}

/** @remarks `okta.password-placeholder`: the value of an attribute that is never returned is checked and dropped. */
function dropSecret({ path, text, value }: Target, tolerance: Tolerance): readonly PatchOperation[] {
  coerceValue(value, path.attribute, text, tolerance);
  tolerance.onQuirk?.('okta.password-placeholder');
  return [];
}

function toPartOperations(
  op: 'add' | 'replace',
  { value, ...target }: Target,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  const { path, text } = target;
  if (isCleared(value, tolerance)) return [{ op: 'remove', target }];
  const parts = Object.entries(requireComplex(value, path.attribute, text, tolerance));
  // `value` comes first: setting it removes the sub-attributes that described the old value.
  parts.sort(([left], [right]) => Number(isValueName(right)) - Number(isValueName(left)));
  return parts.flatMap(([name, part]) => {
    const sub = findSubAttribute(path.attribute, name);
    if (sub === undefined) {
      dropUnknown(name, text, tolerance);
      return [];
    }
    const partPath = subAttributePath(path, sub);
    return toPartOperation(op, { path: partPath, text: partPath.text, value: part }, tolerance);
  });
}

function isValueName(name: string): boolean {
  return name.toLowerCase() === 'value';
}

function toPartOperation(
  op: 'add' | 'replace',
  { value, ...target }: Target,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (!isReadOnly(target.path)) return normalizeOperation(op, target, value, tolerance);
  if (tolerates(tolerance, 'okta.patch-echoes-id')) return [];
  throw readOnly(target);
}

/**
 * @remarks `entra.remove-members-by-value`: `remove members` with a value removes only these members, none if the
 * list is empty. Under RFC 7644 the value has no meaning and the group would lose all members; a strict client
 * receives an error instead.
 */
function toRemoval(target: PatchTarget, value: JsonValue | undefined, tolerance: Tolerance): PatchOperation {
  const { path, filter, text } = target;
  if (isRequired(path)) throw mutability(`${text} is required; replace it instead of removing it.`);
  const isWhole = path.attribute.multiValued && filter === undefined && path.subAttribute === undefined;
  if (!isWhole || value === undefined) return { op: 'remove', target };
  if (value === null || value === '')
    throw invalidValue(`remove ${text} has an empty value; leave out the value to remove all of ${text}.`);
  if (!tolerates(tolerance, 'entra.remove-members-by-value'))
    throw invalidValue(`remove ${text} must not have a value; use the path ${text}[value eq "…"] instead.`);
  const values = toList(value).flatMap((each) => {
    const coerced = coerceSingle(each, path.attribute, text, tolerance);
    return coerced === undefined ? [] : [coerced];
  });
  return { op: 'remove', target, values };
}

function isRequired({ attribute, subAttribute }: AttributePath): boolean {
  return subAttribute === undefined && attribute.required;
}
