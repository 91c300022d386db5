import { type AttributePath, withMember } from '../attribute-path.ts';
import { mutability } from '../error.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { coerceValue } from '../schema/coerce.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { findSubAttribute } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';

/** The complex value with one sub-attribute set, or without it; undefined when nothing is left. */
export function setSubAttribute(
  before: JsonObject | undefined,
  sub: AttributeDefinition,
  value: JsonValue | undefined,
): JsonObject | undefined {
  if (value === undefined && before?.[sub.name] === undefined) return before;
  const after = withMember(before ?? {}, sub.name, value);
  return Object.keys(after).length === 0 ? undefined : after;
}

/**
 * The complex value with the given sub-attributes added or replaced; those not given stay.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.3
 */
export function mergeComplex(
  before: JsonObject | undefined,
  parts: JsonObject,
  path: AttributePath,
  tolerance: Tolerance,
): JsonObject | undefined {
  return Object.entries(parts).reduce<JsonObject | undefined>((merged, [name, part]) => {
    const sub = findSubAttribute(path.attribute, name);
    if (sub === undefined) return merged;
    if (sub.mutability === 'readOnly') {
      if (tolerance.profile === 'tolerant') return merged;
      throw mutability(`${path.text}.${sub.name} is read-only.`);
    }
    return setSubAttribute(merged, sub, coerceValue(part, sub, `${path.text}.${sub.name}`, tolerance));
  }, before);
}
