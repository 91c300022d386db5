import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { orAborted } from './or-aborted.ts';
import type { StopSignal } from './stop-signal.ts';

/**
 * Something filed under a key. With a stamp it takes the place of what was filed there with a lower one; without, it joins what is
 * there. A value without a stamp holds no blanks.
 */
export interface IndexEntry {
  readonly key: string;
  readonly value: string;
  /** Grows with every newer value of the key, whoever files it; milliseconds of the source's clock, for example. */
  readonly stamp?: number;
}

/** Files what a scan of the whole source finds. */
export type IndexScan = (file: (entries: readonly IndexEntry[]) => Promise<void>) => Promise<void>;

export interface IndexQuery {
  /** How the index is built where there is none young enough; it is shared, so nothing in it may end with one caller. */
  readonly scan: IndexScan;
  /** Ends the waiting for a scan, not the scan. */
  readonly signal?: StopSignal;
  /** Only a scan that began after this moment of `clock` will do. */
  readonly since?: number;
}

/**
 * What is filed under keys, found by one scan that all replicas share and kept by their own writes since. It is never older than its
 * time to live.
 *
 * What it finds may be gone by now, so whoever uses it looks; what it does not find was not there when the scan passed, and none of us
 * has made it since.
 */
export interface SharedIndex {
  /**
   * What is filed under each key.
   *
   * @throws what the scan throws, or the signal's reason.
   */
  find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]>;
  /** As `find`, but waits for no scan: undefined where one has to be finished first, which is begun. */
  peek(keys: readonly string[], query: Pick<IndexQuery, 'scan'>): Promise<readonly (readonly string[])[] | undefined>;
  /** Resolves when every replica finds the entries. */
  file(entries: readonly IndexEntry[]): Promise<void>;
  /** Something was made that nobody could file: the next one who asks has it scanned anew. */
  expire(): Promise<void>;
}

/** Where an index is kept. Everything but `find` is for the one who builds it. */
export interface IndexBackend {
  /** Undefined where there is no finished scan. */
  find(keys: readonly string[]): Promise<IndexReading | undefined>;
  file(entries: readonly IndexEntry[]): Promise<void>;
  expire(): Promise<void>;
  /** Claims the building of a generation; false while somebody else is at it, or where the finished scan is at most that old. */
  begin(generation: string, oldestMs: number): Promise<boolean>;
  /** Files what the scan found; false when the claim has been lost. */
  feed(generation: string, entries: readonly IndexEntry[]): Promise<boolean>;
  finish(generation: string): Promise<boolean>;
  abandon(generation: string): Promise<void>;
}

export interface IndexReading {
  readonly values: readonly (readonly string[])[];
  /** Milliseconds since the scan began. */
  readonly ageMs: number;
}

/** The place where an index is kept cannot be reached. */
export class IndexAway extends Error {
  override readonly name = 'IndexAway';
}

/** How often one looks whether another replica has finished. */
const pollMs = 50;

/** An index over a backend; `clock` counts milliseconds and never goes back. */
export function createSharedIndex(options: {
  readonly backend: IndexBackend;
  readonly ttlMs: number;
  readonly clock: () => number;
}): SharedIndex {
  return new BackedIndex(options.backend, options.ttlMs, options.clock);
}

class BackedIndex implements SharedIndex {
  readonly #backend: IndexBackend;
  readonly #ttlMs: number;
  readonly #clock: () => number;
  #build: Promise<void> | undefined;

  constructor(backend: IndexBackend, ttlMs: number, clock: () => number) {
    this.#backend = backend;
    this.#ttlMs = ttlMs;
    this.#clock = clock;
  }

  async find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]> {
    if (keys.length === 0) return [];
    const asked = this.#clock();
    const since = query.since ?? Number.NEGATIVE_INFINITY;
    // A scan that began after the question is young enough, however short the time to live. Asked before each question to the backend,
    // so that the time which the answer takes is not counted as youth.
    const oldest = () => Math.min(Math.max(this.#ttlMs, this.#clock() - asked), this.#clock() - since);
    for (;;) {
      const oldestMs = oldest();
      const reading = await this.#backend.find(keys);
      if (reading !== undefined && reading.ageMs <= oldestMs) {
        if (reading.ageMs > this.#ttlMs / 2 && reading.ageMs <= this.#ttlMs) this.#refresh(query.scan);
        return reading.values;
      }
      await orAborted(this.#join(query.scan, oldest()), query.signal);
    }
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

  /** Begins a scan before the time to live is over; whoever needs it and finds it failed tries again. */
  #refresh(scan: IndexScan): void {
    this.#join(scan, this.#ttlMs / 2).catch(() => undefined);
  }

  #join(scan: IndexScan, oldestMs: number): Promise<void> {
    if (this.#build !== undefined) return this.#build;
    const build = this.#run(scan, oldestMs).finally(() => {
      this.#build = undefined;
    });
    this.#build = build;
    return build;
  }

  async #run(scan: IndexScan, oldestMs: number): Promise<void> {
    const generation = randomUUID();
    if (!(await this.#backend.begin(generation, oldestMs))) return await wait(pollMs);
    try {
      await scan(async (entries) => {
        if (!(await this.#backend.feed(generation, entries))) throw new LostClaim();
      });
      await this.#backend.finish(generation);
    } catch (error) {
      // A claim that cannot be given back is lost by silence.
      await this.#backend.abandon(generation).catch(() => undefined);
      if (!(error instanceof LostClaim)) throw error;
    }
  }
}

/** Somebody else builds the index now, since this scan was silent for too long or has been overtaken. */
class LostClaim extends Error {
  override readonly name = 'LostClaim';
}
