import { type AttributePath, subAttributePath } from '../attribute-path.ts';
import { invalidValue, mutability, type ScimError } from '../error.ts';
import { isObject, type JsonValue, toList } from '../json.ts';
import type { PatchTarget } from '../path.ts';
import { coerceSingle, coerceValue, isCleared, requireComplex } from '../schema/coerce.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { PatchOperation } from './operation.ts';

type Target = PatchTarget & { readonly value: JsonValue };

/**
 * The ordinary operations that an operation of any dialect stands for: values are of the attribute's type, a complex value is taken apart
 * (RFC 7644 §3.5.2.3 merges it), and what clears is a removal.
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
  if (value === undefined) throw invalidValue(`${op} ${target.text} has no value.`);
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
  // An object of nothing but unknown parts clears nothing.
  return isObject(value) ? [] : [{ op: 'remove', target }];
}

/** @throws ScimError `mutability` when nobody but the server sets what the path names, or it never changes. */
export function assertWritable(target: PatchTarget): void {
  if (isReadOnly(target.path)) throw readOnly(target);
  if (target.path.subAttribute?.mutability === 'immutable')
    throw mutability(`${target.path.text} cannot be changed; remove the value and add another one.`);
}

/** Whether nobody but the server sets the attribute. */
export function isReadOnly({ attribute, subAttribute }: AttributePath): boolean {
  return attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';
}

/** What is answered to an attempt to set it all the same. */
export function readOnly(target: PatchTarget): ScimError {
  return mutability(`${target.text} is read-only.`);
}

/** @remarks `okta.password-placeholder`: what could never be shown is checked and not kept. */
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
  // Setting `value` drops the parts that described the old one, so that it goes first.
  parts.sort(([left], [right]) => Number(isValueName(right)) - Number(isValueName(left)));
  return parts.flatMap(([name, part]) => {
    const sub = findSubAttribute(path.attribute, name);
    return sub === undefined ? [] : toPartOperation(op, path, sub, part, tolerance);
  });
}

function isValueName(name: string): boolean {
  return name.toLowerCase() === 'value';
}

function toPartOperation(
  op: 'add' | 'replace',
  complex: AttributePath,
  sub: AttributeDefinition,
  value: JsonValue,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  const path = subAttributePath(complex, sub);
  const target = { path, text: path.text };
  if (!isReadOnly(path)) return normalizeOperation(op, target, value, tolerance);
  if (tolerates(tolerance, 'okta.patch-echoes-id')) return [];
  throw readOnly(target);
}

/**
 * @remarks `entra.remove-members-by-value`: `remove members` with a value removes those members, none if the list is empty. Taken
 * literally, RFC 7644 would empty the group; a strict client is told so instead.
 */
function toRemoval(target: PatchTarget, value: JsonValue | undefined, tolerance: Tolerance): PatchOperation {
  const { path, filter, text } = target;
  if (isRequired(path)) throw mutability(`${text} is required and cannot be removed.`);
  const isWhole = path.attribute.multiValued && filter === undefined && path.subAttribute === undefined;
  if (!isWhole || value === undefined) return { op: 'remove', target };
  if (value === null || value === '')
    throw invalidValue(`remove ${text} has an empty value; leave the value out to remove all of ${text}.`);
  if (!tolerates(tolerance, 'entra.remove-members-by-value'))
    throw invalidValue(`remove takes no value; select what to remove by ${text}[value eq "…"].`);
  const values = toList(value).flatMap((each) => {
    const coerced = coerceSingle(each, path.attribute, text, tolerance);
    return coerced === undefined ? [] : [coerced];
  });
  return { op: 'remove', target, values };
}

function isRequired({ attribute, subAttribute }: AttributePath): boolean {
  return subAttribute === undefined && attribute.required;
}
