import { invalidValue } from '../error.ts';
import { foldText } from '../fold.ts';
import { canonicalText, isObject, type JsonValue } from '../json.ts';
import type { AttributeDefinition } from './definition.ts';
import { findSubAttribute } from './registry.ts';

/** How many values an attribute may have whose values a path filter is tried on one by one; memberships are indexed and have no limit. */
const maxValues = 1000;

/** Whether the values are references that are there or not, and never change: the members of a group. */
export function isMembership(attribute: AttributeDefinition): boolean {
  return findSubAttribute(attribute, 'value')?.mutability === 'immutable';
}

/** The identity of a value within its attribute: what it refers to, else value and type, else all of it. */
export type ValueKey = (value: JsonValue) => string;

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 on repeated (type, value) pairs */
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

/** The values, of those with one key the first only. */
export function distinctValues<T extends JsonValue>(values: readonly T[], key: ValueKey): readonly T[] {
  const distinct = new Map<string, T>();
  for (const value of values) {
    const own = key(value);
    if (!distinct.has(own)) distinct.set(own, value);
  }
  return distinct.size === values.length ? values : [...distinct.values()];
}

/** Whether a complex value says no more than what kind of value it would be. */
export function isHollow(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) if (name !== 'type' && name !== 'primary') return false;
  return true;
}

/** @throws ScimError `invalidValue` when more than one value is the primary one, or there are more values than are looked through. */
export function assertValues(values: readonly JsonValue[], attribute: AttributeDefinition, path: string): void {
  if (isMembership(attribute)) return;
  if (values.length > maxValues)
    throw invalidValue(`${path} has ${values.length} values; at most ${maxValues} are taken.`);
  const primaries = values.filter(isPrimary).length;
  if (primaries > 1) throw invalidValue(`${path} has ${primaries} primary values; one at most may be primary.`);
}

/** Whether this is the preferred one of its attribute's values. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.4 */
export function isPrimary(value: JsonValue): boolean {
  return isObject(value) && value['primary'] === true;
}
