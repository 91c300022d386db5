import type { Filter } from '../filter/ast.ts';
import { type JsonValue, toList } from '../json.ts';
import type { AttributeDefinition } from '../schema/definition.ts';
import { toValueKey, type ValueKey } from '../schema/multi-valued.ts';
import type { PatchOperation } from './operation.ts';

/**
 * A long list of references under change. What operations want is gathered by key and brought together with the list once, so that a
 * request costs the length of the list plus its own, not the one times the other.
 */
export class MembershipDraft {
  readonly #before: readonly JsonValue[];
  readonly #key: ValueKey;
  /** Who shall be in; undefined: shall not. */
  #wanted = new Map<string, JsonValue | undefined>();
  /** Whether those who are not mentioned shall stay. */
  #keepsOthers = true;

  constructor(before: readonly JsonValue[], attribute: AttributeDefinition) {
    this.#before = before;
    this.#key = toValueKey(attribute);
  }

  /** Takes an operation that names its members; false for one that needs to look at them. */
  apply({ op, target, ...operation }: PatchOperation): boolean {
    if (target.path.subAttribute !== undefined) return false;
    if (target.filter !== undefined) return op === 'remove' && this.#removeNamed(target.filter);
    if ('value' in operation) {
      if (op === 'replace') this.#forget();
      this.#want(toList(operation.value), true);
      return true;
    }
    if ('values' in operation) this.#want(operation.values, false);
    else this.#forget();
    return true;
  }

  /** The list after all operations; the same one when nobody came or went. Asked once. */
  finish(): readonly JsonValue[] {
    const wanted = this.#wanted;
    const find = toFinder(wanted);
    const kept = this.#before.filter((member) => {
      const key = find(this.#key(member));
      if (key === undefined) return this.#keepsOthers;
      if (wanted.get(key) === undefined) return false;
      // Whoever is in already is no newcomer, and stays as he is described.
      wanted.delete(key);
      return true;
    });
    const newcomers = [...wanted.values()].filter((member) => member !== undefined);
    if (newcomers.length === 0) return kept.length === this.#before.length ? this.#before : kept;
    return kept.concat(newcomers);
  }

  #forget(): void {
    this.#wanted = new Map();
    this.#keepsOthers = false;
  }

  #want(members: readonly JsonValue[], isIn: boolean): void {
    for (const member of members) {
      const key = this.#key(member);
      if (!isIn) this.#wanted.set(key, undefined);
      else if (this.#wanted.get(key) === undefined) this.#wanted.set(key, member);
    }
  }

  #removeNamed(filter: Filter): boolean {
    const names = namedValues(filter);
    if (names === undefined) return false;
    this.#want(
      names.map((value) => ({ value })),
      false,
    );
    return true;
  }
}

/** Up to so many keys are compared one by one: that is faster than hashing each member's key. */
const fewKeys = 4;

/** Tells whether a key is wanted. */
function toFinder(wanted: ReadonlyMap<string, unknown>): (key: string) => string | undefined {
  if (wanted.size > fewKeys) return (key) => (wanted.has(key) ? key : undefined);
  const keys = [...wanted.keys()];
  return (key) => (keys.includes(key) && wanted.has(key) ? key : undefined);
}

/** The values of `value eq "…" or value eq "…"`; undefined for any other filter. */
function namedValues(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const { operator, path, value } = filter;
    return operator === 'eq' && path.attribute.name === 'value' && typeof value === 'string' ? [value] : undefined;
  }
  if (filter.kind !== 'or') return undefined;
  const names = filter.operands.map(namedValues);
  return names.every((each) => each !== undefined) ? names.flat() : undefined;
}
