import { invalidValue } from '../error.ts';
import { foldText } from '../fold.ts';
import { canonicalText, isObject, type JsonValue } from '../json.ts';
import type { AttributeDefinition } from './definition.ts';
import { findSubAttribute } from './registry.ts';

/**
 * The most values of a multi-valued attribute, because a path filter tests them one by one; memberships have no
 * limit.
 */
const maxValues = 1000;

/**
 * Whether the values are immutable references, which are added and removed but never change: the members of a group.
 */
export function isMembership(attribute: AttributeDefinition): boolean {
  return findSubAttribute(attribute, 'value')?.mutability === 'immutable';
}

/**
 * The identity of a value within its attribute: `value` for a membership, else `value` and `type`, else the whole
 * value.
 */
export type ValueKey = (value: JsonValue) => string;

/**
 * The key function of an attribute.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 on repeated (type, value) pairs
 */
export function toValueKey(attribute: AttributeDefinition): ValueKey {
  const fold = findSubAttribute(attribute, 'value')?.caseExact === true ? (text: string) => text : foldText;
  const withType = !isMembership(attribute);
  return (each) => {
    const value = isObject(each) ? each['value'] : undefined;
    if (!isObject(each) || typeof value !== 'string') return canonicalText(each);
    const type = withType ? each['type'] : undefined;
    return typeof type === 'string' ? `${fold(value)}\u0000${foldText(type)}` : fold(value);
  };
}

/** The values without repetitions: the first of each key stays. */
export function distinctValues<T extends JsonValue>(values: readonly T[], key: ValueKey): readonly T[] {
  const distinct = new Map<string, T>();
  for (const value of values) {
    const own = key(value);
    if (!distinct.has(own)) distinct.set(own, value);
  }
  return distinct.size === values.length ? values : [...distinct.values()];
}

/** Whether a complex value has no content: nothing but `type` and `primary`. */
export function isHollow(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) if (name !== 'type' && name !== 'primary') return false;
  return true;
}

/** @throws ScimError `invalidValue` when more than one value is primary, or there are too many values. */
export function assertValues(values: readonly JsonValue[], attribute: AttributeDefinition, path: string): void {
  if (isMembership(attribute)) return;
  if (values.length > maxValues)
    throw invalidValue(`${path} has ${values.length} values; at most ${maxValues} are allowed.`);
  const primaries = values.filter(isPrimary).length;
  if (primaries > 1) throw invalidValue(`${path} has ${primaries} primary values; at most one is allowed.`);
}

/** Whether a value is the primary one. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 */
export function isPrimary(value: JsonValue): boolean {
  return isObject(value) && value['primary'] === true;
}
