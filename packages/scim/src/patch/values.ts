import { invalidValue, noTarget } from '../error.ts';
import type { Filter } from '../filter/ast.ts';
import { evaluateFilter } from '../filter/evaluate.ts';
import { equalJson, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { coerceSingle, coerceValue, valueKey } from '../schema/coerce.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { setSubAttribute } from './complex.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';

/** The values with others appended; one that is there already is brought up to date, and a new primary one demotes the old. */
export function addValues(before: readonly JsonValue[], added: readonly JsonValue[]): readonly JsonValue[] {
  const values = new Map(before.map((value) => [valueKey(value), value]));
  let changed = false;
  for (const value of added) {
    const key = valueKey(value);
    const known = values.get(key);
    const merged = isObject(known) && isObject(value) ? { ...known, ...value } : value;
    if (known !== undefined && equalJson(known, merged)) continue;
    values.set(key, merged);
    changed = true;
  }
  if (!changed) return before;
  const primaries = new Set(added.filter(isPrimary).map(valueKey));
  return demoteOthers([...values.values()], (value) => primaries.has(valueKey(value)), primaries.size > 0);
}

/** The values without those listed, which count by their `value`. */
export function removeValues(before: readonly JsonValue[], removed: readonly JsonValue[]): readonly JsonValue[] {
  const gone = new Set(removed.map(identity));
  const kept = before.filter((value) => !gone.has(identity(value)));
  return kept.length === before.length ? before : kept;
}

/** Changes those values that a target's filter selects, all of them where it has none. */
export function setOnValues(
  before: readonly JsonValue[],
  operation: PatchOperation,
  tolerance: Tolerance,
): readonly JsonValue[] {
  const { target } = operation;
  const isSelected = (value: JsonValue) =>
    isObject(value) && (target.filter === undefined || evaluateFilter(target.filter, value));
  const selected = new Set(before.filter(isSelected));
  if (selected.size === 0) return whenNoneSelected(before, operation, tolerance);
  const changed = new Set<JsonValue>();
  const after = before.flatMap((value) => {
    if (!selected.has(value) || !isObject(value)) return [value];
    const next = changeOne(value, operation, tolerance);
    if (next !== undefined) changed.add(next);
    return next === undefined ? [] : [next];
  });
  return demoteOthers(after, (value) => changed.has(value), setsPrimary(operation, changed));
}

/** The changed value; undefined when it is removed, or has nothing left that a value needs. */
function changeOne(value: JsonObject, operation: PatchOperation, tolerance: Tolerance): JsonObject | undefined {
  const { path } = operation.target;
  const { subAttribute } = path;
  if (subAttribute === undefined) {
    if (operation.op === 'remove') return undefined;
    const given = coerceSingle(operation.value, path.attribute, path.text, tolerance);
    if (!isObject(given)) throw invalidValue(`${operation.target.text} needs an object as its value.`);
    return operation.op === 'add' ? { ...value, ...given } : given;
  }
  const part = operation.op === 'remove' ? undefined : coerceValue(operation.value, subAttribute, path.text, tolerance);
  return part === undefined && subAttribute.name === 'value' ? undefined : setSubAttribute(value, subAttribute, part);
}

/**
 * Nothing matches. Removing what is not there is done already; setting it creates the value where that is tolerated
 * (`entra.valuepath-upsert`): an error would also lose the other operations of the request, a deactivation perhaps.
 */
function whenNoneSelected(
  before: readonly JsonValue[],
  operation: PatchOperation,
  tolerance: Tolerance,
): readonly JsonValue[] {
  const { target } = operation;
  const isMembers = target.path.attribute.name === 'members';
  if (operation.op === 'remove') {
    if (isMembers || tolerance.profile === 'tolerant' || target.filter === undefined) return before;
    throw noMatch(target);
  }
  if (target.filter !== undefined && !tolerates(tolerance, 'entra.valuepath-upsert')) throw noMatch(target);
  const created = createValue(operation.value, target, tolerance);
  return created === undefined ? before : addValues(before, [created]);
}

/** The value that a filter's equalities and the given part describe; undefined when the part clears. */
function createValue(given: JsonValue, target: PatchTarget, tolerance: Tolerance): JsonObject | undefined {
  const { attribute, subAttribute, text } = target.path;
  const base = Object.fromEntries(target.filter === undefined ? [] : equalities(target.filter));
  if (subAttribute === undefined) {
    const value = coerceSingle(given, attribute, text, tolerance);
    return isObject(value) ? { ...base, ...value } : undefined;
  }
  const part = coerceValue(given, subAttribute, text, tolerance);
  return part === undefined ? undefined : { ...base, [subAttribute.name]: part };
}

function equalities(filter: Filter): readonly (readonly [string, JsonValue])[] {
  if (filter.kind === 'and') return filter.operands.flatMap(equalities);
  return filter.kind === 'compare' && filter.operator === 'eq' ? [[filter.path.attribute.name, filter.value]] : [];
}

function setsPrimary(operation: PatchOperation, changed: ReadonlySet<JsonValue>): boolean {
  if (operation.op === 'remove' || ![...changed].some(isPrimary)) return false;
  const { subAttribute } = operation.target.path;
  return subAttribute === undefined || subAttribute.name === 'primary';
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 "the primary attribute of other values … set to false" */
function demoteOthers(
  values: readonly JsonValue[],
  isChanged: (value: JsonValue) => boolean,
  demotes: boolean,
): readonly JsonValue[] {
  if (!demotes) return values;
  return values.map((value) =>
    isObject(value) && isPrimary(value) && !isChanged(value) ? { ...value, primary: false } : value,
  );
}

function isPrimary(value: JsonValue): boolean {
  return isObject(value) && value['primary'] === true;
}

function identity(value: JsonValue): string {
  const own = isObject(value) ? value['value'] : value;
  return typeof own === 'string' ? own : JSON.stringify(value);
}

function noMatch(target: PatchTarget): ReturnType<typeof noTarget> {
  return noTarget(`The path ${target.text} selects no value.`);
}
