import { invalidValue, mutability, noTarget } from '../error.ts';
import type { Filter } from '../filter/ast.ts';
import { evaluateFilter } from '../filter/evaluate.ts';
import { equalJson, isObject, type JsonObject, type JsonValue, toList, withMember } from '../json.ts';
import { coerceSingle } from '../schema/coerce.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { assertValues, distinctValues, isMembership, isPrimary, toValueKey } from '../schema/multi-valued.ts';
import { subAttributesOf } from '../schema/registry.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import type { PatchOperation } from './operation.ts';

type Setting = Extract<PatchOperation, { readonly value: JsonValue }>;

/** The values after an operation on the whole attribute. */
export function changeValues(before: readonly JsonValue[], operation: PatchOperation): readonly JsonValue[] {
  const { attribute } = operation.target.path;
  switch (operation.op) {
    case 'add':
      return addValues(before, toList(operation.value), attribute);
    case 'replace':
      return toList(operation.value);
    case 'remove':
      return operation.values === undefined ? [] : removeValues(before, operation.values, attribute);
  }
}

/** The values after an operation on those that its path selects by a filter, or on a sub-attribute of all values. */
export function changeSelected(
  before: readonly JsonValue[],
  operation: PatchOperation,
  tolerance: Tolerance,
): readonly JsonValue[] {
  const { filter, path } = operation.target;
  const isSelected = (value: JsonValue): value is JsonObject =>
    isObject(value) && (filter === undefined || evaluateFilter(filter, value));
  if (!before.some(isSelected)) return changeUnmatched(before, operation, tolerance);
  const selected = new Set<JsonValue>();
  const after = before.flatMap<JsonValue>((value) => {
    if (!isSelected(value)) return [value];
    const next = changeOne(value, operation);
    if (next === undefined) return [];
    selected.add(next);
    return [next];
  });
  if (after.length === before.length && after.every((value, index) => value === before[index])) return before;
  const demoted = setsPrimary(operation) ? demoteOthers(after, selected) : after;
  const distinct = distinctValues(demoted, toValueKey(path.attribute));
  assertValues(distinct, path.attribute, path.attribute.name);
  return distinct;
}

/**
 * The values with others added. A value with the key of an existing one updates it; a new primary value replaces the
 * old one as primary.
 */
function addValues(
  before: readonly JsonValue[],
  added: readonly JsonValue[],
  attribute: AttributeDefinition,
): readonly JsonValue[] {
  const key = toValueKey(attribute);
  const values = new Map(before.map((value) => [key(value), value]));
  const changed = new Set<JsonValue>();
  for (const value of added) {
    const known = values.get(key(value));
    const merged = isObject(known) && isObject(value) ? { ...known, ...value } : value;
    if (equalJson(known, merged)) continue;
    values.set(key(value), merged);
    changed.add(merged);
  }
  if (changed.size === 0) return before;
  const after = demoteOthers([...values.values()], changed);
  assertValues(after, attribute, attribute.name);
  return after;
}

/**
 * The values without the given ones, matched by `value` and, where given, `type`; values without `value` match as a
 * whole.
 */
function removeValues(
  before: readonly JsonValue[],
  removed: readonly JsonValue[],
  attribute: AttributeDefinition,
): readonly JsonValue[] {
  const key = toValueKey(attribute);
  const removedKeys = new Set(removed.map(key));
  const kept = before.filter((value) => {
    const own = isObject(value) ? value['value'] : undefined;
    return !removedKeys.has(key(value)) && !(typeof own === 'string' && removedKeys.has(key({ value: own })));
  });
  return kept.length === before.length ? before : kept;
}

/** The changed value; undefined when it is removed or loses its sub-attribute `value`. */
function changeOne(value: JsonObject, operation: PatchOperation): JsonObject | undefined {
  const { attribute, subAttribute } = operation.target.path;
  if (subAttribute === undefined)
    return operation.op === 'remove' ? undefined : changeWhole(value, operation, attribute);
  const part = operation.op === 'remove' ? undefined : operation.value;
  if (part === undefined && subAttribute.name === 'value') return undefined;
  return equalJson(value[subAttribute.name], part) ? value : withMember(value, subAttribute.name, part);
}

function changeWhole(
  value: JsonObject,
  { op, value: given, target }: Setting,
  attribute: AttributeDefinition,
): JsonObject {
  if (!isObject(given)) throw invalidValue(`The value of ${target.text} must be an object.`);
  assertSameReference(value, given, attribute);
  const next = op === 'add' || isMembership(attribute) ? { ...value, ...given } : given;
  return equalJson(value, next) ? value : next;
}

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-8.7.1 on the immutable parts of members */
function assertSameReference(value: JsonObject, given: JsonObject, attribute: AttributeDefinition): void {
  for (const { name, mutability: allowed } of subAttributesOf(attribute).values()) {
    const isSet = allowed === 'immutable' && value[name] !== undefined && given[name] !== undefined;
    if (isSet && !equalJson(value[name], given[name]))
      throw mutability(`${attribute.name}.${name} is immutable; remove the value and add another one.`);
  }
}

/**
 * The values after an operation whose path selects no value. A `remove` has nothing to do; any other operation
 * creates the value.
 *
 * @remarks `entra.valuepath-upsert`: an error would reject the whole request, which may contain a deactivation.
 */
function changeUnmatched(
  before: readonly JsonValue[],
  operation: PatchOperation,
  tolerance: Tolerance,
): readonly JsonValue[] {
  const { filter, path, text } = operation.target;
  const isAllowed = filter === undefined || isMembership(path.attribute) || tolerance.profile === 'tolerant';
  if (operation.op === 'remove' && isAllowed) return before;
  const creates = operation.op !== 'remove' && (filter === undefined || tolerates(tolerance, 'entra.valuepath-upsert'));
  if (creates) return addValues(before, [createValue(operation, tolerance)], path.attribute);
  throw noTarget(`The path ${text} matches no value; add the value first.`);
}

/** A new value with the sub-attributes that the filter requires by `eq`, and the operation's value. */
function createValue({ target, value }: Setting, tolerance: Tolerance): JsonValue {
  const { path, filter, text } = target;
  const { attribute, subAttribute } = path;
  const base = filter === undefined ? {} : Object.fromEntries(equalities(filter));
  if (filter !== undefined && !evaluateFilter(filter, base))
    throw noTarget(`The path ${text} matches no value, and a new one cannot be derived from it; add the value first.`);
  const given = subAttribute === undefined ? value : { [subAttribute.name]: value };
  const created = coerceSingle({ ...base, ...(isObject(given) ? given : {}) }, attribute, attribute.name, tolerance);
  if (created === undefined) throw invalidValue(`The value of ${text} must be an object.`);
  return created;
}

function equalities(filter: Filter): readonly (readonly [string, JsonValue])[] {
  if (filter.kind === 'and') return filter.operands.flatMap(equalities);
  return filter.kind === 'compare' && filter.operator === 'eq' ? [[filter.path.attribute.name, filter.value]] : [];
}

function setsPrimary({ op, target: { path } }: PatchOperation): boolean {
  return op !== 'remove' && (path.subAttribute === undefined || path.subAttribute.name === 'primary');
}

/** When a chosen value is primary, no other stays primary. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
function demoteOthers(values: readonly JsonValue[], chosen: ReadonlySet<JsonValue>): readonly JsonValue[] {
  if (![...chosen].some(isPrimary)) return values;
  return values.map((value) =>
    isObject(value) && isPrimary(value) && !chosen.has(value) ? { ...value, primary: false } : value,
  );
}
