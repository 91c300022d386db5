import type { Context } from '../http/context.ts';
import { type Json, nextVersion, type Row, versionOf } from '../state/row.ts';

/** PATCHes of one actor within this time are one version. */
const sessionMs = 10 * 60_000;

/** What changed, in the shape of the API. */
export interface ChangeDescription {
  readonly fieldsAdded: readonly Json[];
  readonly fieldsUpdated: readonly Json[];
  readonly fieldsDeleted: readonly Json[];
  readonly previousVersion: number;
}

/** The differences of the tracked fields; undefined when there is none. */
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

/** Stores a change as a new version; `merges` lets PATCHes of one session share a number. */
export function storeChange(
  context: Context,
  row: Row,
  next: Json,
  change: ChangeDescription | undefined,
  options: { readonly merges: boolean; readonly relations: Json },
): void {
  const { state, actor } = context;
  const now = state.clock();
  const version = versionOf(row);
  const session = row.lastPatch;
  const continues = session !== undefined && session.actor === actor.name && now - session.at < sessionMs;
  const merges = options.merges && state.rules.consolidates && version > 0.1 && continues;
  row.history.push({ ...row.json, ...options.relations });
  row.json = {
    ...next,
    version: merges ? version : nextVersion(version),
    updatedAt: now,
    updatedBy: actor.name,
    ...(change === undefined ? {} : { changeDescription: change }),
  };
  if (options.merges) row.lastPatch = { actor: actor.name, at: now };
}
