import type { IndexBackend, IndexEntry } from './shared-index.ts';

/**
 * The values of a key: one without a stamp (by far the most frequent), several without, or the newest with its stamp.
 */
type Filed = string | readonly string[] | { readonly stamp: number; readonly value: string };

interface Scan {
  readonly generation: string;
  readonly beganAt: number;
  /** Keys from before the scan that it has not found yet. What remains at its end is deleted. */
  readonly unseen: Set<string>;
}

/** An index in this process: right for one replica. A new scan renews it in place, so that memory holds it once. */
export function createMemoryIndexBackend(clock: () => number): IndexBackend {
  return new MemoryIndex(clock);
}

class MemoryIndex implements IndexBackend {
  readonly #clock: () => number;
  readonly #filed = new Map<string, Filed>();
  /** When the last complete scan began. */
  #beganAt: number | undefined;
  #scan: Scan | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  async find(keys: readonly string[]) {
    if (this.#beganAt === undefined) return undefined;
    return { values: keys.map((key) => toValues(this.#filed.get(key))), ageMs: this.#clock() - this.#beganAt };
  }

  async file(entries: readonly IndexEntry[]): Promise<void> {
    if (this.#beganAt === undefined && this.#scan === undefined) return;
    for (const entry of entries) {
      this.#scan?.unseen.delete(entry.key);
      this.#merge(entry, this.#filed.get(entry.key));
    }
  }

  async expire(): Promise<void> {
    this.#filed.clear();
    this.#beganAt = undefined;
    this.#scan = undefined;
  }

  async begin(generation: string, maxAgeMs: number): Promise<boolean> {
    const isYoung = this.#beganAt !== undefined && this.#clock() - this.#beganAt <= maxAgeMs;
    if (isYoung || this.#scan !== undefined) return false;
    this.#scan = { generation, beganAt: this.#clock(), unseen: new Set(this.#filed.keys()) };
    return true;
  }

  async feed(generation: string, entries: readonly IndexEntry[]): Promise<boolean> {
    const scan = this.#claimed(generation);
    if (scan === undefined) return false;
    for (const entry of entries) {
      const before = this.#filed.get(entry.key);
      // Values of an earlier scan are replaced; values filed during this one are kept.
      const counts = !scan.unseen.delete(entry.key) || before === entry.value;
      this.#merge(entry, counts ? before : undefined);
    }
    return true;
  }

  async finish(generation: string): Promise<boolean> {
    const scan = this.#claimed(generation);
    if (scan === undefined) return false;
    for (const key of scan.unseen) this.#filed.delete(key);
    this.#beganAt = scan.beganAt;
    this.#scan = undefined;
    return true;
  }

  async abandon(generation: string): Promise<void> {
    if (this.#claimed(generation) !== undefined) this.#scan = undefined;
  }

  #claimed(generation: string): Scan | undefined {
    return this.#scan?.generation === generation ? this.#scan : undefined;
  }

  #merge(entry: IndexEntry, before: Filed | undefined): void {
    const after = merge(before, entry);
    if (after !== before) this.#filed.set(entry.key, after);
  }
}

function merge(before: Filed | undefined, { value, stamp }: IndexEntry): Filed {
  if (stamp !== undefined) return isStamped(before) && before.stamp > stamp ? before : { stamp, value };
  if (before === undefined || isStamped(before)) return value;
  const values = typeof before === 'string' ? [before] : before;
  return values.includes(value) ? before : [...values, value];
}

function toValues(filed: Filed | undefined): readonly string[] {
  if (filed === undefined) return [];
  if (typeof filed === 'string') return [filed];
  return isStamped(filed) ? [filed.value] : filed;
}

function isStamped(filed: Filed | undefined): filed is Extract<Filed, { stamp: number }> {
  return typeof filed === 'object' && 'stamp' in filed;
}
