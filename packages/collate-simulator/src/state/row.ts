/** A JSON object of an entity, relations not included. */
export type Json = Record<string, unknown>;

/** Whether a value is a JSON object or array, whose members can be read by name. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** A stored entity with its earlier versions. */
export interface Row {
  readonly id: string;
  readonly name: string;
  /** The content of the row's JSON column. */
  json: Json;
  /** Earlier versions, oldest first, with the relations of their time. */
  readonly history: Json[];
}

export function isDeleted(row: Row): boolean {
  return row.json['deleted'] === true;
}

export function versionOf(json: Json): number {
  return Number(json['version'] ?? 0.1);
}

/** The version number after one change: a counter with one decimal. */
export function nextVersion(version: number): number {
  return Math.round((version + 0.1) * 10) / 10;
}
