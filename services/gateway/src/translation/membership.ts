import type { UserId } from '@scim-gateway/collate-client/model';
import { parseUserId } from '@scim-gateway/collate-client/model';
import type { Filter, JsonValue, PatchOperation, Resource } from '@scim-gateway/scim';
import { invalidValue, isObject } from '@scim-gateway/scim';
import { objectsAt, textAt } from './resource-values.ts';

/** Who is to become a member and who to stop being one, as ids the provider sent; an id is in one of the two at most. */
export interface MemberDelta {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Whether others were named as well, who are members already. */
  readonly keeps?: boolean;
}

/** The operations of a PATCH, parted into those on the members and the rest; the order within each part stays. */
export function partOperations(operations: readonly PatchOperation[]): {
  readonly onMembers: readonly PatchOperation[];
  readonly others: readonly PatchOperation[];
} {
  const isOnMembers = ({ target }: PatchOperation) => target.path.attribute.name === 'members';
  return {
    onMembers: operations.filter(isOnMembers),
    others: operations.filter((operation) => !isOnMembers(operation)),
  };
}

/**
 * The delta that the operations mean whatever the members are, or undefined when it depends on them
 * (`replace members`, `remove members`, a filter on anything but ids).
 */
export function toMemberDelta(operations: readonly PatchOperation[]): MemberDelta | undefined {
  const wishes = new Map<string, 'add' | 'remove'>();
  for (const operation of operations) {
    const ids = namedMembers(operation);
    if (ids === undefined) return undefined;
    for (const id of ids) wishes.set(id, operation.op === 'remove' ? 'remove' : 'add');
  }
  return toDelta(wishes);
}

/** The delta between the present members and the wanted ones. */
export function diffMembers(present: readonly string[], wanted: readonly string[]): MemberDelta {
  const wantedIds = new Set(wanted.map(canonicalId));
  const presentIds = new Set(present.map(canonicalId));
  const add = [...wantedIds].filter((id) => !presentIds.has(id));
  const remove = [...presentIds].filter((id) => !wantedIds.has(id));
  return add.length < wantedIds.size ? { add, remove, keeps: true } : { add, remove };
}

/**
 * The ids of the members that a resource lists.
 *
 * @throws ScimError `invalidValue` when one is a group or has no value.
 */
export function listedMembers(resource: Resource): readonly string[] {
  return [...new Set(objectsAt(resource, 'members').map(memberId))];
}

function memberId(member: JsonValue): string {
  const object = isObject(member) ? member : undefined;
  const value = typeof member === 'string' ? member : textAt(object, 'value');
  if (value === undefined || value === '') throw invalidValue('Each of members needs a value: the id of a user.');
  if (textAt(object, 'type')?.toLowerCase() === 'group') {
    throw invalidValue(`members: ${value} is a group. Groups within groups cannot be kept; assign its people instead.`);
  }
  return canonicalId(value);
}

function namedMembers(operation: PatchOperation): readonly string[] | undefined {
  const { target } = operation;
  if (target.path.subAttribute !== undefined || operation.op === 'replace') return undefined;
  if (operation.op === 'add') return target.filter === undefined ? asArray(operation.value).map(memberId) : undefined;
  if (operation.values !== undefined) return target.filter === undefined ? operation.values.map(memberId) : undefined;
  return target.filter === undefined ? undefined : idsOf(target.filter)?.map(canonicalId);
}

function idsOf(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const byId = filter.operator === 'eq' && filter.path.attribute.name === 'value' && typeof filter.value === 'string';
    return byId ? [String(filter.value)] : undefined;
  }
  if (filter.kind !== 'or') return undefined;
  const parts = filter.operands.map(idsOf);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function toDelta(wishes: ReadonlyMap<string, 'add' | 'remove'>): MemberDelta {
  const ids = (wish: 'add' | 'remove') => [...wishes].flatMap(([id, wanted]) => (wanted === wish ? [id] : []));
  return { add: ids('add'), remove: ids('remove') };
}

/** UUIDs compare without case; anything else stays as the provider wrote it. */
function canonicalId(id: string): UserId | string {
  return parseUserId(id) ?? id;
}

function asArray(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}
