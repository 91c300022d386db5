/** A JSON object of an entity, relations not included. */
export type Json = Record<string, unknown>;

/** One stored entity with what it was before. */
export interface Row {
  readonly id: string;
  readonly name: string;
  /** What the row's JSON column holds. */
  json: Json;
  /** Earlier JSON, oldest first, relations as they were. */
  readonly history: Json[];
  /** Who changed it last by PATCH, and when; decides whether versions are merged. */
  lastPatch?: { readonly actor: string; readonly at: number };
}

export function isDeleted(row: Row): boolean {
  return row.json['deleted'] === true;
}

export function versionOf(row: Row): number {
  return Number(row.json['version'] ?? 0.1);
}

/** The number after one change: a decimal counter with one decimal. */
export function nextVersion(version: number): number {
  return Math.round((version + 0.1) * 10) / 10;
}
