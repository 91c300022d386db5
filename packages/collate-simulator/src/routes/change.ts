import type { Context } from '../http/context.ts';
import { type Json, nextVersion, type Row, versionOf } from '../state/row.ts';

/** PATCHes of one actor within this time, in milliseconds, share one version. */
const sessionMs = 10 * 60_000;

/** The changes of an entity, in the shape of the API. */
export interface ChangeDescription {
  readonly fieldsAdded: readonly Json[];
  readonly fieldsUpdated: readonly Json[];
  readonly fieldsDeleted: readonly Json[];
  readonly previousVersion: number;
}

/** The differences of the tracked fields; undefined when none of them differs. */
export function describeChange(before: Json, after: Json, tracked: readonly string[]): ChangeDescription | undefined {
  const changed = tracked.filter(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
  if (changed.length === 0) return undefined;
  const isSet = (json: Json, name: string) => json[name] !== undefined && json[name] !== null;
  return {
    fieldsAdded: changed.filter((name) => !isSet(before, name)).map((name) => ({ name, newValue: after[name] })),
    fieldsUpdated: changed
      .filter((name) => isSet(before, name) && isSet(after, name))
      .map((name) => ({ name, oldValue: before[name], newValue: after[name] })),
    fieldsDeleted: changed.filter((name) => !isSet(after, name)).map((name) => ({ name, oldValue: before[name] })),
    previousVersion: Number(before['version'] ?? 0.1),
  };
}

/** A new version of an entity. */
export interface NextVersion {
  readonly next: Json;
  readonly change: ChangeDescription;
  /** The relations of the version that is replaced, for its history. */
  readonly relations?: Json;
  /** Whether PATCHes of one actor in quick succession share a version number. */
  readonly merges?: boolean;
}

/** Stores a change as a new version. */
export function storeChange(context: Context, row: Row, { next, change, relations, merges }: NextVersion): void {
  const { state, actor } = context;
  const now = state.clock();
  const version = versionOf(row);
  const session = row.lastPatch;
  const continues = session !== undefined && session.actor === actor.name && now - session.at < sessionMs;
  const keepsVersion = merges === true && state.rules.consolidates && version > 0.1 && continues;
  row.history.push({ ...row.json, ...relations });
  row.json = {
    ...next,
    version: keepsVersion ? version : nextVersion(version),
    updatedAt: now,
    updatedBy: actor.name,
    changeDescription: change,
  };
  if (merges === true) row.lastPatch = { actor: actor.name, at: now };
}
