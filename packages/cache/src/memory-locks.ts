import { orAborted, type StopSignal, throwIfAborted } from '@scim-gateway/cancellation';
import type { Lock, Locks } from './locks.ts';

/** Locks within this process: right for one replica. */
export function createMemoryLocks(options: {
  /** How long a write without an answer may still take effect, in milliseconds. */
  readonly longestCallMs: number;
}): Locks {
  return new MemoryLocks(options.longestCallMs);
}

class MemoryLocks implements Locks {
  readonly #longestCallMs: number;
  /** By key: resolves when the last request for it has ended. */
  readonly #tails = new Map<string, Promise<void>>();

  constructor(longestCallMs: number) {
    this.#longestCallMs = longestCallMs;
  }

  async acquire(keys: readonly string[], signal?: StopSignal): Promise<Lock> {
    const releases: (() => void)[] = [];
    const releaseAll = () => {
      for (const release of releases) release();
    };
    try {
      for (const key of [...new Set(keys)].sort()) releases.push(await this.#acquireOne(key, signal));
    } catch (error) {
      releaseAll();
      throw error;
    }
    return new MemoryLock(releaseAll, this.#longestCallMs);
  }

  /** Resolves to the function that releases the key. */
  async #acquireOne(key: string, signal: StopSignal | undefined): Promise<() => void> {
    throwIfAborted(signal);
    const before = this.#tails.get(key);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = (before ?? Promise.resolve()).then(() => released);
    this.#tails.set(key, tail);
    const leave = () => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    try {
      if (before !== undefined) await orAborted(before, signal);
    } catch (error) {
      // The requests behind this one still wait for those before it.
      release();
      void tail.then(leave);
      throw error;
    }
    return () => {
      release();
      leave();
    };
  }
}

class MemoryLock implements Lock {
  readonly #release: () => void;
  readonly #longestCallMs: number;
  #lingers = false;

  constructor(release: () => void, longestCallMs: number) {
    this.#release = release;
    this.#longestCallMs = longestCallMs;
  }

  /** A lock within one process cannot be lost. */
  async confirm(): Promise<void> {}

  /** There are no other replicas. */
  async publish(): Promise<void> {}

  linger(): void {
    this.#lingers = true;
  }

  [Symbol.dispose](): void {
    if (this.#lingers) setTimeout(this.#release, this.#longestCallMs).unref();
    else this.#release();
  }
}
