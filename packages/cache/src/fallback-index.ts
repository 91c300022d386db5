import { type IndexEntry, type IndexQuery, IndexUnreachable, type SharedIndex } from './shared-index.ts';

/**
 * The shared index while Redis answers, and one in this process otherwise. Entries that could not be filed in the
 * shared index are found by a new scan of it.
 */
export function createFallbackIndex(shared: SharedIndex, local: SharedIndex): SharedIndex {
  return new FallbackIndex(shared, local);
}

class FallbackIndex implements SharedIndex {
  readonly #shared: SharedIndex;
  readonly #local: SharedIndex;
  /** Whether an entry could not be filed in the shared index, which then expires before it is used again. */
  #isIncomplete = false;
  #usesLocal = false;

  constructor(shared: SharedIndex, local: SharedIndex) {
    this.#shared = shared;
    this.#local = local;
  }

  find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]> {
    return this.#either(
      () => this.#shared.find(keys, query),
      () => this.#useLocal().find(keys, query),
    );
  }

  peek(keys: readonly string[], query: Pick<IndexQuery, 'scan'>): Promise<readonly (readonly string[])[] | undefined> {
    return this.#either(
      () => this.#shared.peek(keys, query),
      () => this.#useLocal().peek(keys, query),
    );
  }

  async file(entries: readonly IndexEntry[]): Promise<void> {
    await this.#local.file(entries);
    await this.#either(() => this.#shared.file(entries), this.#markIncomplete);
  }

  async expire(): Promise<void> {
    await this.#local.expire();
    await this.#either(() => this.#shared.expire(), this.#markIncomplete);
  }

  readonly #markIncomplete = async (): Promise<void> => {
    this.#isIncomplete = true;
  };

  async #either<T>(shared: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    try {
      if (this.#isIncomplete) {
        await this.#shared.expire();
        this.#isIncomplete = false;
      }
      const result = await shared();
      await this.#leaveLocal();
      return result;
    } catch (error) {
      if (!(error instanceof IndexUnreachable)) throw error;
      return otherwise();
    }
  }

  #useLocal(): SharedIndex {
    this.#usesLocal = true;
    return this.#local;
  }

  /** Empties the index in this process, which would be stale when it is needed again. */
  async #leaveLocal(): Promise<void> {
    if (!this.#usesLocal) return;
    this.#usesLocal = false;
    await this.#local.expire();
  }
}
