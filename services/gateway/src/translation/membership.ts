import type { EntityReference, TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseTeamId, parseUserId } from '@scim-gateway/collate-client/model';
import type { Filter, JsonValue, PatchOperation, Resource, Tolerance } from '@scim-gateway/scim';
import { invalidValue, isObject } from '@scim-gateway/scim';
import type { UserAnnotation } from './annotation.ts';
import { objectsAt, textAt } from './resource-values.ts';

/** The users to add to a group and to remove from it, as ids that the provider sent; no id is in both lists. */
export interface MemberDelta {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Whether the request also names users who are members already. */
  readonly keeps?: boolean;
  /** Whether the request has other parts than users to add and remove, such as a name or the list of all members. */
  readonly isPart?: boolean;
  /** Whether the request lists all members that the group shall have. */
  readonly isExact?: boolean;
}

/** The operations of a PATCH in two parts, those on `members` and the others; the order within each part stays. */
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
 * The delta of operations that name each user by id. Undefined when the delta depends on the present members: for
 * `replace members`, `remove members`, and a filter on anything but ids.
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

/** The delta that turns the present members into the wanted ones. */
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
 * @throws ScimError `invalidValue` when one has no value.
 */
export function listedMembers(resource: Resource): readonly string[] {
  return [...new Set(objectsAt(resource, 'members').map(memberId))];
}

/**
 * Refuses members of type Group from a strict client. From a tolerant client they are skipped like other ids that no
 * user has, since one of them must not block the other changes of the group.
 *
 * @throws ScimError `invalidValue`.
 */
export function assertUsersOnly(members: readonly JsonValue[], { profile }: Tolerance): void {
  const group = members.filter(isObject).find((member) => textAt(member, 'type')?.toLowerCase() === 'group');
  if (profile !== 'strict' || group === undefined) return;
  throw invalidValue(
    `members: ${textAt(group, 'value')} is a group. Nested groups are not supported; assign the group's users instead.`,
  );
}

/** The members that operations add, as they were sent. */
export function addedMembers(operations: readonly PatchOperation[]): readonly JsonValue[] {
  return operations.flatMap((operation) => (operation.op === 'remove' ? [] : asArray(operation.value)));
}

/** Whether the user has a pending change of this membership. */
export function hasPending(annotation: UserAnnotation | undefined, team: TeamId | undefined): boolean {
  if (annotation === undefined || team === undefined) return false;
  const { add, remove } = annotation.waiting;
  return add.includes(team) || remove.includes(team);
}

/** The annotation without pending changes of this membership. */
export function withoutPending(annotation: UserAnnotation, team: TeamId): UserAnnotation {
  const add = annotation.waiting.add.filter((id) => id !== team);
  const remove = annotation.waiting.remove.filter((id) => id !== team);
  return { ...annotation, waiting: { add, remove } };
}

/**
 * The annotation with a pending change of this membership. It has none if reactivation would not change the membership:
 * then the change only cancels an earlier one.
 *
 * @param user an inactive user, read with the teams.
 */
export function withPending(
  annotation: UserAnnotation,
  user: User,
  { team, joins }: { readonly team: TeamId; readonly joins: boolean },
): UserAnnotation {
  const settled = withoutPending(annotation, team);
  const { add, remove } = settled.waiting;
  if (hasTeam(user, team) === joins) return settled;
  return { ...settled, waiting: joins ? { add: [...add, team], remove } : { add, remove: [...remove, team] } };
}

/** Whether Collate lists the team among the user's; the user was read with the teams. */
export function hasTeam(user: User, team: TeamId | undefined): boolean {
  return user.teams?.some(({ id }) => id === team) === true;
}

/** The teams among an account's references, without the root that Collate shows of a user without teams. */
export function teamIds(references: readonly EntityReference[] = []): readonly TeamId[] {
  return references.flatMap(({ id, name }) => (name === 'Organization' ? [] : (parseTeamId(id) ?? [])));
}

/** The ids of references to users. */
export function userIds(references: readonly EntityReference[]): readonly UserId[] {
  return references.flatMap(({ id }) => parseUserId(id) ?? []);
}

function memberId(member: JsonValue): string {
  const object = isObject(member) ? member : undefined;
  const value = typeof member === 'string' ? member : textAt(object, 'value');
  if (value === undefined || value === '')
    throw invalidValue('members: each member must have a value, the id of a user.');
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

/** A UUID in lower case; any other id as the provider sent it. */
function canonicalId(id: string): string {
  return parseUserId(id) ?? id;
}

function asArray(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}
