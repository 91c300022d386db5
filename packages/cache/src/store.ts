/** The versions of tags at one moment, taken before a load and stored with the loaded value. */
export type Snapshot = Readonly<Record<string, string>>;

/** A read of one key. */
export interface Lookup {
  readonly key: string;
  readonly tags: readonly string[];
}

/**
 * Values that may be lost, each under the tags that it depends on.
 *
 * A value is valid only while every tag has the version in its snapshot. So a load that began before the invalidation
 * of a tag is never served afterwards. A store that cannot answer is a miss: no method rejects for that reason.
 */
export interface Store extends AsyncDisposable {
  /** The value under the key; undefined without a valid one. */
  get(key: string, tags: readonly string[]): Promise<string | undefined>;
  getMany(lookups: readonly Lookup[]): Promise<readonly (string | undefined)[]>;
  /** Undefined when the store cannot answer: a value loaded then must not be stored. */
  snapshot(tags: readonly string[]): Promise<Snapshot | undefined>;
  set(key: string, value: string, options: { readonly ttlMs: number; readonly snapshot: Snapshot }): Promise<void>;
  /** Resolves when every replica misses from now on. */
  invalidate(tags: readonly string[]): Promise<void>;
}

/** Encodes a value and the tag versions that it depends on. */
export function encodeEntry(value: string, snapshot: Snapshot): string {
  return JSON.stringify([snapshot, value]);
}

/** The value of an entry; undefined if any tag has another version than at the time of the load. */
export function decodeEntry(
  entry: string | undefined | null,
  tags: readonly string[],
  versions: readonly (string | undefined | null)[],
): string | undefined {
  if (entry === undefined || entry === null) return undefined;
  const [snapshot, value]: readonly [Snapshot, string] = JSON.parse(entry);
  return tags.every((tag, index) => snapshot[tag] !== undefined && snapshot[tag] === versions[index])
    ? value
    : undefined;
}
