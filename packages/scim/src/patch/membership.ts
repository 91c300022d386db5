import type { Filter } from '../filter/ast.ts';
import { type JsonValue, toList } from '../json.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { toValueKey, type ValueKey } from '../schema/multi-valued.ts';
import type { PatchOperation } from './operation.ts';

/**
 * A long list of references while operations change it, such as the members of a group. Operations are collected by
 * the key of each member and merged with the list once: the cost is the sum of both lengths, not their product.
 */
export class MembershipDraft {
  readonly #before: readonly JsonValue[];
  readonly #key: ValueKey;
  /** By key: the member to add, or undefined to remove it. */
  #changes = new Map<string, JsonValue | undefined>();
  /** Whether members without a change stay. */
  #keepsOthers = true;

  constructor(before: readonly JsonValue[], attribute: AttributeDefinition) {
    this.#before = before;
    this.#key = toValueKey(attribute);
  }

  /** Applies an operation that names its members by value. Returns false for one whose members must be searched for. */
  apply({ op, target, ...operation }: PatchOperation): boolean {
    if (target.path.subAttribute !== undefined) return false;
    if (target.filter !== undefined) return op === 'remove' && this.#removeMatching(target.filter);
    if ('value' in operation) {
      if (op === 'replace') this.#removeAll();
      this.#add(toList(operation.value));
      return true;
    }
    if ('values' in operation) this.#remove(operation.values);
    else this.#removeAll();
    return true;
  }

  /** The list after all operations; the same array when the membership is unchanged. Must be called once. */
  finish(): readonly JsonValue[] {
    const changes = this.#changes;
    const findChange = toFinder(changes);
    const kept = this.#before.filter((member) => {
      const key = findChange(this.#key(member));
      if (key === undefined) return this.#keepsOthers;
      if (changes.get(key) === undefined) return false;
      // Already a member: not to be appended, and its other sub-attributes stay as they are.
      changes.delete(key);
      return true;
    });
    const added = [...changes.values()].filter((member) => member !== undefined);
    if (added.length === 0) return kept.length === this.#before.length ? this.#before : kept;
    return kept.concat(added);
  }

  #add(members: readonly JsonValue[]): void {
    for (const member of members) {
      const key = this.#key(member);
      if (this.#changes.get(key) === undefined) this.#changes.set(key, member);
    }
  }

  #remove(members: readonly JsonValue[]): void {
    for (const member of members) this.#changes.set(this.#key(member), undefined);
  }

  #removeAll(): void {
    this.#changes = new Map();
    this.#keepsOthers = false;
  }

  #removeMatching(filter: Filter): boolean {
    const values = equalValues(filter);
    if (values === undefined) return false;
    this.#remove(values.map((value) => ({ value })));
    return true;
  }
}

/** Up to this number of keys, comparing with each is faster than hashing the key of every member. */
const fewKeys = 4;

/** A function that returns a key when it has a change. */
function toFinder(changes: ReadonlyMap<string, unknown>): (key: string) => string | undefined {
  if (changes.size > fewKeys) return (key) => (changes.has(key) ? key : undefined);
  const keys = [...changes.keys()];
  return (key) => (keys.includes(key) && changes.has(key) ? key : undefined);
}

/** The values of `value eq "…" or value eq "…"`; undefined for any other filter. */
function equalValues(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const { operator, path, value } = filter;
    return operator === 'eq' && path.attribute.name === 'value' && typeof value === 'string' ? [value] : undefined;
  }
  if (filter.kind !== 'or') return undefined;
  const values = filter.operands.map(equalValues);
  return values.every((each) => each !== undefined) ? values.flat() : undefined;
}
