import { invalidPath, invalidValue } from '../error.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { type PatchTarget, parsePath } from '../path.ts';
import { quote } from '../quote.ts';
import { isCleared } from '../schema/coerce.ts';
import type { ResourceType } from '../schema/definition.ts';
import { type Container, lookUp, registryOf } from '../schema/registry.ts';
import { resolveAttributePath } from '../schema/resolve.ts';
import { dropUnknown, readKept } from '../schema/unknown.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { assertWritable, isReadOnly, normalizeOperation, readOnly } from './normalize.ts';
import type { PatchOperation } from './operation.ts';
import { namesUnknown } from './unknown-path.ts';

/**
 * Expands an operation without a path into one operation for each attribute of its value. Unknown attributes of a
 * tolerant client are dropped, as in a whole resource.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.1
 */
export function expandMembers(
  op: 'add' | 'replace',
  members: JsonObject,
  type: ResourceType,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  const { containers } = registryOf(type);
  return Object.entries(members).flatMap(([name, value]) => {
    const container = lookUp(containers, name);
    if (container !== undefined) return expandContainer(op, container, value, tolerance);
    const target = toTarget(name, type, tolerance);
    if (target !== undefined) return expandMember(op, target, value, tolerance);
    dropUnknown(name, type.name, tolerance);
    return [];
  });
}

/** Expands an operation whose path is the URN of a schema into operations on the attributes of that schema. */
export function expandContainer(
  op: PatchOperation['op'],
  { urn, attributes }: Container,
  value: JsonValue | undefined,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (op === 'remove' || (value !== undefined && isCleared(value, tolerance))) {
    return [...new Set(attributes.values())]
      .filter((path) => !isReadOnly(path))
      .flatMap((path) => normalizeOperation('remove', { path, text: path.text }, undefined, tolerance));
  }
  if (!isObject(value)) throw invalidValue(`The value of ${urn} must be an object of its attributes.`);
  return Object.entries(value).flatMap(([name, part]) => {
    const path = lookUp(attributes, name);
    if (path !== undefined) return expandMember(op, { path, text: path.text }, part, tolerance);
    dropUnknown(name, urn, tolerance);
    return [];
  });
}

/** @remarks `okta.patch-echoes-id`: read-only attributes accompany those that change; they are ignored. */
function expandMember(
  op: 'add' | 'replace',
  target: PatchTarget,
  value: JsonValue,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (!isReadOnly(target.path)) {
    assertWritable(target);
    return readKept(target.path, tolerance, () => normalizeOperation(op, target, value, tolerance)) ?? [];
  }
  // `schemas` follows from the attributes present, so sending it changes nothing.
  if (target.path.attribute.name === 'schemas') return [];
  if (tolerates(tolerance, 'okta.patch-echoes-id')) return [];
  throw readOnly(target);
}

/** @remarks `entra.dotted-keys`: names may be paths, such as `name.givenName`. */
function toTarget(name: string, type: ResourceType, tolerance: Tolerance): PatchTarget | undefined {
  if (name.includes('[')) {
    if (namesUnknown(name, type)) return undefined;
    assertPathKeys(name, tolerance);
    return parsePath(name, type, tolerance);
  }
  const path = resolveAttributePath(name, type, tolerance);
  if (path === undefined) return undefined;
  // RFC 7644 allows a URN before the name, but not a sub-attribute after it.
  if (path.subAttribute !== undefined) assertPathKeys(name, tolerance);
  return { path, text: path.text };
}

function assertPathKeys(name: string, tolerance: Tolerance): void {
  if (!tolerates(tolerance, 'entra.dotted-keys'))
    throw invalidPath(`${quote(name)} is a path, not an attribute name; send it as the path of a separate operation.`);
}
