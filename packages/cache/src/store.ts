/** The versions of some tags at one moment; taken before a load begins, kept beside what the load gave. */
export type Snapshot = Readonly<Record<string, string>>;

/** What is asked of a store for one key. */
export interface Lookup {
  readonly key: string;
  readonly tags: readonly string[];
}

/**
 * Values that can be lost, each under the tags that it depends on.
 *
 * A load begun before one of its tags was invalidated can never be served afterwards: a value counts only while every tag has the
 * version that the load's snapshot saw. A store that cannot answer is a miss; none of its methods fails for that.
 */
export interface Store extends AsyncDisposable {
  /** The value under the key, or undefined when there is none that still counts. */
  get(key: string, tags: readonly string[]): Promise<string | undefined>;
  getMany(lookups: readonly Lookup[]): Promise<readonly (string | undefined)[]>;
  /** Undefined when the store cannot answer: what is loaded then is not worth keeping. */
  snapshot(tags: readonly string[]): Promise<Snapshot | undefined>;
  set(key: string, value: string, options: { readonly ttlMs: number; readonly snapshot: Snapshot }): Promise<void>;
  /** Resolves when every replica misses from now on. */
  invalidate(tags: readonly string[]): Promise<void>;
}

/** A stored value and the tag versions it depends on, as one text. */
export function encodeEntry(value: string, snapshot: Snapshot): string {
  return JSON.stringify([snapshot, value]);
}

/** The value of an entry, if every tag still has the version it was stored with. */
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
