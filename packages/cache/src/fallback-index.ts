import { IndexAway, type IndexEntry, type IndexQuery, type SharedIndex } from './shared-index.ts';

/**
 * The shared index while Redis answers, and one in this process otherwise. Entries that could not be filed in the shared
 * index are found by a new scan of it.
 */
export function createFallbackIndex(shared: SharedIndex, local: SharedIndex): SharedIndex {
  return new FallbackIndex(shared, local);
}

class FallbackIndex implements SharedIndex {
  readonly #shared: SharedIndex;
  readonly #local: SharedIndex;
  #lacksEntries = false;
  #usesLocal = false;

  constructor(shared: SharedIndex, local: SharedIndex) {
    this.#shared = shared;
    this.#local = local;
  }

  find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]> {
    return this.#either(
      () => this.#shared.find(keys, query),
      () => {
        this.#usesLocal = true;
        return this.#local.find(keys, query);
      },
    );
  }

  peek(keys: readonly string[], query: Pick<IndexQuery, 'scan'>): Promise<readonly (readonly string[])[] | undefined> {
    return this.#either(
      () => this.#shared.peek(keys, query),
      () => {
        this.#usesLocal = true;
        return this.#local.peek(keys, query);
      },
    );
  }

  async file(entries: readonly IndexEntry[]): Promise<void> {
    await this.#local.file(entries);
    await this.#either(() => this.#shared.file(entries), this.#misses);
  }

  async expire(): Promise<void> {
    await this.#local.expire();
    await this.#either(() => this.#shared.expire(), this.#misses);
  }

  readonly #misses = async (): Promise<void> => {
    this.#lacksEntries = true;
  };

  async #either<T>(shared: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    try {
      if (this.#lacksEntries) {
        await this.#shared.expire();
        this.#lacksEntries = false;
      }
      const result = await shared();
      await this.#leaveLocal();
      return result;
    } catch (error) {
      if (!(error instanceof IndexAway)) throw error;
      return otherwise();
    }
  }

  /** Empties the index in this process, which would be stale when it is needed again. */
  async #leaveLocal(): Promise<void> {
    if (!this.#usesLocal) return;
    this.#usesLocal = false;
    await this.#local.expire();
  }
}
