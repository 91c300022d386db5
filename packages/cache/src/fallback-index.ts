import type { Arrears } from './arrears.ts';
import { type IndexEntry, type IndexQuery, IndexUnreachable, type SharedIndex } from './shared-index.ts';

interface FallbackIndexOptions {
  /** Names the index among the arrears. */
  readonly name: string;
  readonly shared: SharedIndex;
  readonly local: SharedIndex;
  /** Records entries that could not be filed in the shared index: it then expires before it is used again. */
  readonly arrears: Arrears;
  readonly clock: () => number;
}

/**
 * The shared index while Redis answers, and one in this process otherwise. Other replicas may reach Redis and change
 * Collate meanwhile, so the index in this process answers only from a scan that began after the question.
 */
export function createFallbackIndex(options: FallbackIndexOptions): SharedIndex {
  return new FallbackIndex(options);
}

class FallbackIndex implements SharedIndex {
  readonly #options: FallbackIndexOptions;
  #usesLocal = false;

  constructor(options: FallbackIndexOptions) {
    this.#options = options;
  }

  find(keys: readonly string[], query: IndexQuery): Promise<readonly (readonly string[])[]> {
    const { shared, local, clock } = this.#options;
    return this.#either(
      () => shared.find(keys, query),
      () => {
        this.#usesLocal = true;
        return local.find(keys, { ...query, since: clock() });
      },
    );
  }

  peek(keys: readonly string[], query: Pick<IndexQuery, 'scan'>): Promise<readonly (readonly string[])[] | undefined> {
    return this.#either(
      () => this.#options.shared.peek(keys, query),
      async () => undefined,
    );
  }

  async file(entries: readonly IndexEntry[]): Promise<void> {
    const { shared, local } = this.#options;
    await local.file(entries);
    await this.#either(() => shared.file(entries), this.#fallBehind);
  }

  async expire(): Promise<void> {
    const { shared, local } = this.#options;
    await local.expire();
    await this.#either(() => shared.expire(), this.#fallBehind);
  }

  readonly #fallBehind = async (): Promise<void> => {
    const { arrears, name, shared } = this.#options;
    arrears.add(`index:${name}`, () => shared.expire());
  };

  async #either<T>(shared: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    if (!(await this.#options.arrears.settle())) return otherwise();
    try {
      const result = await shared();
      await this.#leaveLocal();
      return result;
    } catch (error) {
      if (!(error instanceof IndexUnreachable)) throw error;
      return otherwise();
    }
  }

  /** Frees the memory of the index in this process once Redis answers again. */
  async #leaveLocal(): Promise<void> {
    if (!this.#usesLocal) return;
    this.#usesLocal = false;
    await this.#options.local.expire();
  }
}
