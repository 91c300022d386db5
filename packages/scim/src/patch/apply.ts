import { evaluateFilter } from '../filter/evaluate.ts';
import { equalJson, isObject, type JsonObject, type JsonValue, type Resource, withMember } from '../json.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { isMembership } from '../schema/multi-valued.ts';
import { subAttributesOf } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';
import { PatchDraft } from './draft.ts';
import type { PatchOperation } from './operation.ts';
import { changeSelected, changeValues } from './values.ts';

/**
 * Applies operations in order and returns the changed resource. The given resource is never modified, so a failing
 * operation has no effect. Operations that change nothing return the same object.
 *
 * @param operations the result of `parsePatch`.
 * @throws ScimError `noTarget`, `mutability`, `invalidValue` or `tooMany`.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 * @example
 * ```ts
 * const after = applyPatch(before, parsePatch(body, userResourceType, tolerance), userResourceType, tolerance);
 * const isChanged = after !== before;
 * ```
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
  const { filter } = operation.target;
  const isMatch = filter === undefined || (isObject(before) && evaluateFilter(filter, before));
  if (operation.op === 'remove' && !isMatch) return before;
  const after = operation.op === 'remove' ? undefined : operation.value;
  const { attribute, subAttribute } = operation.target.path;
  return subAttribute === undefined ? after : withPart(isObject(before) ? before : {}, attribute, subAttribute, after);
}

/** A complex value with one sub-attribute set, or removed by undefined; undefined when none is left. */
function withPart(
  before: JsonObject,
  attribute: AttributeDefinition,
  sub: AttributeDefinition,
  part: JsonValue | undefined,
): JsonObject | undefined {
  const changed = withMember(before, sub.name, part);
  const isNewReference = sub.name === 'value' && !equalJson(before['value'], part);
  const after = isNewReference ? withoutDescription(changed, attribute) : changed;
  return Object.keys(after).length === 0 ? undefined : after;
}

/** Removes the URI and the read-only sub-attributes, which describe the resource that was referred to before. */
function withoutDescription(value: JsonObject, attribute: AttributeDefinition): JsonObject {
  let kept = value;
  for (const { name, mutability } of subAttributesOf(attribute).values())
    if (name === '$ref' || mutability === 'readOnly') kept = withMember(kept, name, undefined);
  return kept;
}
