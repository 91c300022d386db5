import { randomUUID } from 'node:crypto';
import { orAborted, pause, type StopSignal } from '@scim-gateway/cancellation';

/**
 * A value filed under a key. With a stamp it replaces values with a lower one; without a stamp it is added to the
 * others, and must not contain blanks.
 */
export interface IndexEntry {
  readonly key: string;
  readonly value: string;
  /** Grows with each newer value of the key over all replicas; for example milliseconds of the source's clock. */
  readonly stamp?: number;
}

/** Scans the whole source, and files what it finds. */
export type IndexScan = (file: (entries: readonly IndexEntry[]) => Promise<void>) => Promise<void>;

export interface IndexQuery {
  /** Builds the index when no scan is young enough. Callers share it, so it must not end with one caller's signal. */
  readonly scan: IndexScan;
  /** Ends the wait for a scan, but not the scan. */
  readonly signal?: StopSignal;
  /** Requires a scan that began after this time of `clock`. */
  readonly since?: number;
}

/**
 * Values by key, built by one scan that all replicas share, and updated by their own writes since. The scan is never
 * older than its time to live.
 *
 * A value that it finds may have been deleted meanwhile, so callers verify it. A value that it does not find did not
 * exist during the scan, and no replica has created it since.
 */
export interface SharedIndex {
  /**
   * The values of each key.
   *
   * @throws the error of the scan, or the signal's reason.
   */
  find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]>;
  /** As `find`, but does not wait for a scan: starts one and returns undefined where `find` would wait. */
  peek(keys: readonly string[], query: Pick<IndexQuery, 'scan'>): Promise<readonly (readonly string[])[] | undefined>;
  /** Resolves when every replica finds the entries. */
  file(entries: readonly IndexEntry[]): Promise<void>;
  /** Drops the index, because an entry could not be filed. The next read starts a new scan. */
  expire(): Promise<void>;
}

/** Stores an index. Its methods from `begin` on belong to the replica that builds it. */
export interface IndexBackend {
  /** Undefined without a complete scan. */
  find(keys: readonly string[]): Promise<IndexReading | undefined>;
  file(entries: readonly IndexEntry[]): Promise<void>;
  expire(): Promise<void>;
  /** Claims the build of a generation; false while another replica builds one, or if the last scan is young enough. */
  begin(generation: string, maxAgeMs: number): Promise<boolean>;
  /** Files what the scan found; false when the claim was lost. */
  feed(generation: string, entries: readonly IndexEntry[]): Promise<boolean>;
  finish(generation: string): Promise<boolean>;
  abandon(generation: string): Promise<void>;
}

export interface IndexReading {
  readonly values: readonly (readonly string[])[];
  /** Milliseconds since the scan began. */
  readonly ageMs: number;
}

/** The backend of an index does not answer, or does not keep what is filed. */
export class IndexUnreachable extends Error {
  override readonly name = 'IndexUnreachable';
}

/** How often a replica checks whether another has finished its scan. */
const pollMs = 50;

interface SharedIndexOptions {
  readonly backend: IndexBackend;
  readonly ttlMs: number;
  /** Monotonic, in milliseconds. */
  readonly clock: () => number;
  /** A backend that has lost the index after this many scans of one read counts as unreachable. No limit by default. */
  readonly mostScans?: number;
}

/** An index over a backend. */
export function createSharedIndex(options: SharedIndexOptions): SharedIndex {
  return new BackedIndex(options);
}

class BackedIndex implements SharedIndex {
  readonly #backend: IndexBackend;
  readonly #ttlMs: number;
  readonly #clock: () => number;
  readonly #mostScans: number;
  #build: Promise<boolean> | undefined;

  constructor({ backend, ttlMs, clock, mostScans = Number.POSITIVE_INFINITY }: SharedIndexOptions) {
    this.#backend = backend;
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#mostScans = mostScans;
  }

  async find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]> {
    if (keys.length === 0) return [];
    const asked = this.#clock();
    const since = query.since ?? Number.NEGATIVE_INFINITY;
    // A scan that began after this call is young enough, however short the time to live. The age is computed before
    // each command, so that the time until its answer does not count.
    const maxAge = () => Math.min(Math.max(this.#ttlMs, this.#clock() - asked), this.#clock() - since);
    for (let scans = 0; scans <= this.#mostScans; ) {
      const maxAgeMs = maxAge();
      const reading = await this.#backend.find(keys);
      if (reading !== undefined && reading.ageMs <= maxAgeMs) {
        if (reading.ageMs > this.#ttlMs / 2 && reading.ageMs <= this.#ttlMs) this.#refresh(query.scan);
        return reading.values;
      }
      if (await orAborted(this.#join(query.scan, maxAge()), query.signal)) scans += 1;
    }
    throw new IndexUnreachable(`The index was lost after each of ${this.#mostScans} scans`);
  }

  async peek(
    keys: readonly string[],
    { scan }: Pick<IndexQuery, 'scan'>,
  ): Promise<readonly (readonly string[])[] | undefined> {
    const reading = await this.#backend.find(keys);
    if (reading === undefined || reading.ageMs > this.#ttlMs / 2) this.#refresh(scan);
    return reading === undefined || reading.ageMs > this.#ttlMs ? undefined : reading.values;
  }

  file(entries: readonly IndexEntry[]): Promise<void> {
    return entries.length === 0 ? Promise.resolve() : this.#backend.file(entries);
  }

  expire(): Promise<void> {
    return this.#backend.expire();
  }

  /** Starts a scan before the time to live ends. */
  #refresh(scan: IndexScan): void {
    // A failed refresh costs nothing yet: the read that needs the scan starts it again, and gets its error.
    this.#join(scan, this.#ttlMs / 2).catch(() => undefined);
  }

  /** Waits for a build; true if this process has scanned for it. */
  #join(scan: IndexScan, maxAgeMs: number): Promise<boolean> {
    if (this.#build !== undefined) return this.#build;
    const build = this.#run(scan, maxAgeMs).finally(() => {
      this.#build = undefined;
    });
    this.#build = build;
    return build;
  }

  async #run(scan: IndexScan, maxAgeMs: number): Promise<boolean> {
    const generation = randomUUID();
    if (!(await this.#backend.begin(generation, maxAgeMs))) {
      await pause(pollMs, undefined);
      return false;
    }
    try {
      await scan(async (entries) => {
        if (!(await this.#backend.feed(generation, entries))) throw new LostClaim();
      });
      await this.#backend.finish(generation);
    } catch (error) {
      // A claim that cannot be abandoned expires.
      await this.#backend.abandon(generation).catch(() => undefined);
      if (!(error instanceof LostClaim)) throw error;
    }
    return true;
  }
}

/** Another replica builds the index now, because this scan was silent for too long or a newer one began. */
class LostClaim extends Error {
  override readonly name = 'LostClaim';
}
