import { equalJson, isObject, type JsonObject, type JsonValue, type Resource, withMember } from '../json.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { isMembership } from '../schema/multi-valued.ts';
import { subAttributesOf } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';
import { PatchDraft } from './draft.ts';
import type { PatchOperation } from './operation.ts';
import { changeSelected, changeValues } from './values.ts';

/**
 * The resource after operations that `parsePatch` gave, each applied to the result of the one before. Nothing is mutated: an operation that
 * fails leaves the resource as it was, and operations that change nothing give back the same object.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @throws ScimError `noTarget`, `mutability` or `invalidValue`.
 */
export function applyPatch(
  resource: Resource,
  operations: readonly PatchOperation[],
  type: ResourceType,
  tolerance: Tolerance,
): Resource {
  const draft = new PatchDraft(resource, type);
  for (const operation of operations) applyOperation(draft, operation, tolerance);
  return draft.finish();
}

function applyOperation(draft: PatchDraft, operation: PatchOperation, tolerance: Tolerance): void {
  const { path } = operation.target;
  if (!path.attribute.multiValued) {
    draft.set(path, changeSingle(draft.value(path), operation));
    return;
  }
  const isMembers = isMembership(path.attribute);
  if (isMembers && draft.members(path).apply(operation)) return;
  const values = isMembers ? draft.search(path) : draft.values(path);
  const isSelective = operation.target.filter !== undefined || path.subAttribute !== undefined;
  const after = isSelective ? changeSelected(values, operation, tolerance) : changeValues(values, operation);
  if (after !== values) draft.set(path, after.length === 0 ? undefined : after);
}

function changeSingle(before: JsonValue | undefined, operation: PatchOperation): JsonValue | undefined {
  const after = operation.op === 'remove' ? undefined : operation.value;
  const { attribute, subAttribute } = operation.target.path;
  return subAttribute === undefined ? after : withPart(isObject(before) ? before : {}, attribute, subAttribute, after);
}

/** The complex value with one part replaced, or without it; undefined when nothing is left. */
function withPart(
  before: JsonObject,
  attribute: AttributeDefinition,
  sub: AttributeDefinition,
  part: JsonValue | undefined,
): JsonObject | undefined {
  const changed = withMember(before, sub.name, part);
  const refersAnew = sub.name === 'value' && !equalJson(before['value'], part);
  const after = refersAnew ? withoutDescription(changed, attribute) : changed;
  return Object.keys(after).length === 0 ? undefined : after;
}

/** What described the thing that was referred to before: its URI, and what the server said of it. */
function withoutDescription(value: JsonObject, attribute: AttributeDefinition): JsonObject {
  let kept = value;
  for (const { name, mutability } of subAttributesOf(attribute).values())
    if (name === '$ref' || mutability === 'readOnly') kept = withMember(kept, name, undefined);
  return kept;
}
