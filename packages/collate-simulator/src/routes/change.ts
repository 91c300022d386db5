import type { Context } from '../http/context.ts';
import { isObject, type Json, nextVersion, type Row, versionOf } from '../state/row.ts';

/** PATCHes within this time, in milliseconds, after a write of the same author share its version. */
const sessionMs = 10 * 60_000;

/** The changes of an entity, in the shape of the API. */
interface ChangeDescription {
  readonly fieldsAdded: readonly Json[];
  readonly fieldsUpdated: readonly Json[];
  readonly fieldsDeleted: readonly Json[];
  readonly previousVersion: number;
}

/** The differences of the tracked fields; undefined when none of them differs. */
function describeChange(before: Json, after: Json, tracked: readonly string[]): ChangeDescription | undefined {
  const changed = tracked.filter((name) => comparable(before[name]) !== comparable(after[name]));
  if (changed.length === 0) return undefined;
  const isSet = (json: Json, name: string) => json[name] !== undefined && json[name] !== null;
  const lists = changed.filter((name) => Array.isArray(before[name]) || Array.isArray(after[name]));
  const values = changed.filter((name) => !lists.includes(name));
  return {
    fieldsAdded: [
      ...values.filter((name) => !isSet(before, name)).map((name) => ({ name, newValue: after[name] })),
      ...lists.flatMap((name) => surplus(after[name], before[name]).map((newValue) => ({ name, newValue }))),
    ],
    fieldsUpdated: values
      .filter((name) => isSet(before, name) && isSet(after, name))
      .map((name) => ({ name, oldValue: before[name], newValue: after[name] })),
    fieldsDeleted: [
      ...values.filter((name) => !isSet(after, name)).map((name) => ({ name, oldValue: before[name] })),
      ...lists.flatMap((name) => surplus(before[name], after[name]).map((oldValue) => ({ name, oldValue }))),
    ],
    previousVersion: Number(before['version'] ?? 0.1),
  };
}

/** The items of a list that another list lacks, as one string of JSON; none when it lacks none. */
function surplus(list: unknown, other: unknown): readonly string[] {
  const known = new Set(itemsOf(other).map((item) => comparable([item])));
  const items = itemsOf(list).filter((item) => !known.has(comparable([item])));
  return items.length > 0 ? [JSON.stringify(items)] : [];
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a value; of references, only the ids, in no order. */
function comparable(value: unknown): string {
  const ids = Array.isArray(value)
    ? value.flatMap((item) => (isObject(item) && 'id' in item ? [String(item['id'])] : []))
    : [];
  return ids.length > 0 ? [...new Set(ids)].sort().join() : JSON.stringify(value ?? null);
}

/** A write of an entity by PATCH or PUT. */
export interface Write {
  /** The state that the write has read. */
  readonly read: Json;
  /** The state to store, without version, author and time. */
  readonly next: Json;
  /** References to related entities before and after the write, by field; they count as changes like other fields. */
  readonly relations: { readonly before: Json; readonly after: Json };
  readonly tracked: readonly string[];
  /** Whether the write may share the version of the last one; a PATCH with If-Match and a PUT may not. */
  readonly merges: boolean;
}

/** What a write changed. */
export interface Written {
  /** The change from the state before; undefined when no tracked field differs. */
  readonly change: ChangeDescription | undefined;
  /** Whether the row was stored. A write that joins the version of the last one is, even when it changes nothing. */
  readonly stored: boolean;
}

/**
 * Stores a write. Writes of one author in quick succession share a version, which then describes the change from the version
 * before. If nothing differs from that any more, its number comes back.
 */
export function storeWrite(context: Context, row: Row, { read, next, relations, tracked, merges }: Write): Written {
  const before = { ...read, ...relations.before };
  const after = { ...next, ...relations.after };
  const change = describeChange(before, after, tracked);
  const previous = merges && isContinued(context, read) ? row.history.at(-1) : undefined;
  if (previous !== undefined) {
    const whole = describeChange(previous, after, tracked);
    if (whole === undefined) row.history.pop();
    setRow(context, row, next, whole === undefined ? previous : { version: read['version'], changeDescription: whole });
    return { change, stored: true };
  }
  if (change === undefined) return { change, stored: false };
  if (row.history.at(-1)?.['version'] !== read['version']) row.history.push(before);
  setRow(context, row, next, { version: nextVersion(versionOf(read)), changeDescription: change });
  return { change, stored: true };
}

function isContinued({ state, actor }: Context, json: Json): boolean {
  return (
    state.rules.consolidates &&
    Number(json['version']) > 0.1 &&
    json['updatedBy'] === actor.name &&
    state.clock() - Number(json['updatedAt']) < sessionMs
  );
}

function setRow({ state, actor }: Context, row: Row, next: Json, { version, changeDescription }: Json): void {
  row.json = { ...next, version, updatedAt: state.clock(), updatedBy: actor.name, changeDescription };
}
