import { pause, type StopSignal } from '@scim-gateway/cancellation';
import { ReplyError } from 'ioredis';
import type { Claim, LeaseBook } from './lease-book.ts';
import { LeaseError, type LeaseObserver } from './lease-trouble.ts';
import type { RedisConnection } from './redis-connection.ts';

/** A claim of this process and its state. Times are those of `performance.now()`. */
export interface Lease extends Claim {
  /** How many keys the claim has, from the first on. */
  taken: number;
  /** When the last command was sent whose answer proved that the claim has these keys. */
  provenAt: number;
  isLost: boolean;
}

/**
 * The state of a claim: it has all keys (`held`), or is first (`next`) or further back in the line for its next key. It
 * is `settling` until lost leases have expired.
 */
export type Progress =
  | { readonly state: 'held' | 'next' | 'later' | 'settling' }
  | { readonly state: 'unreachable' | 'refused'; readonly cause: unknown };

/** Renews the leases of this process, and notices lost ones. */
export interface LeaseKeeper extends AsyncDisposable {
  open(claim: Claim): Lease;
  /** Takes the keys that are free now. */
  advance(lease: Lease): Promise<Progress>;
  /**
   * Resolves once the lease is proven to outlast one longest call from now.
   *
   * @throws LeaseError when the lease is lost, or when Redis does not answer until the signal is aborted. Without a
   * signal, it waits for the lifetime of a lease.
   */
  confirm(lease: Lease, signal: StopSignal | undefined): Promise<void>;
  /** Releases the keys in the background, and tries again after Redis did not answer. */
  release(lease: Lease): void;
}

interface KeeperOptions {
  readonly connection: RedisConnection;
  readonly book: LeaseBook;
  readonly ttlMs: number;
  readonly longestCallMs: number;
  readonly observer: LeaseObserver;
}

const renewEveryMs = 1_000;
/** Keys per renewal script: a script blocks Redis while it runs. */
const keysPerScript = 1_000;
const confirmPauseMs = 50;

export function createLeaseKeeper(options: KeeperOptions): LeaseKeeper {
  return new Keeper(options);
}

class Keeper implements LeaseKeeper {
  readonly #options: KeeperOptions;
  readonly #leases = new Set<Lease>();
  /** Released leases that Redis does not know of yet, with the time at which they expire. */
  readonly #unreleased = new Map<Lease, number>();
  readonly #releases = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #readiness: Disposable;
  /** When the connection was last established. */
  #readySince = Number.POSITIVE_INFINITY;
  #renewal: Promise<void> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#renew(), renewEveryMs).unref();
    // After a reconnection, leases are asserted before Redis grants new ones.
    this.#readiness = options.connection.onReady(() => {
      this.#readySince = performance.now();
      this.#renewal = undefined;
      void this.#renew();
    });
  }

  open(claim: Claim): Lease {
    const lease = { ...claim, taken: 0, provenAt: Number.NEGATIVE_INFINITY, isLost: false };
    this.#leases.add(lease);
    return lease;
  }

  async advance(lease: Lease): Promise<Progress> {
    if (lease.isLost) {
      lease.isLost = false;
      lease.taken = 0;
    }
    const { taken } = lease;
    const askedAt = performance.now();
    try {
      const answer = await this.#options.book.acquire({ token: lease.token, keys: lease.keys.slice(taken) });
      if (answer.pauseMs > 0) return { state: 'settling' };
      if (taken === 0) lease.provenAt = askedAt;
      lease.taken = taken + answer.taken;
      if (lease.taken === lease.keys.length && !lease.isLost) return { state: 'held' };
      return { state: answer.isNext ? 'next' : 'later' };
    } catch (cause) {
      this.#options.connection.observer.onError?.();
      return { state: cause instanceof ReplyError ? 'refused' : 'unreachable', cause };
    }
  }

  async confirm(lease: Lease, signal: StopSignal | undefined): Promise<void> {
    const began = performance.now();
    while (!lease.isLost) {
      if (this.#outlivesOneCall(lease)) return;
      if (signal === undefined && performance.now() - began > this.#options.ttlMs) throw silent(undefined);
      await this.#renew();
      if (lease.isLost || this.#outlivesOneCall(lease)) continue;
      try {
        await pause(confirmPauseMs, signal);
      } catch (reason) {
        throw silent(reason);
      }
    }
    throw new LeaseError(
      'lost',
      'The lease was lost: another replica may have changed the same user or group meanwhile.',
    );
  }

  release(lease: Lease): void {
    this.#leases.delete(lease);
    this.#giveBack(lease, performance.now() + this.#options.ttlMs);
  }

  #giveBack(lease: Lease, endsAt: number): void {
    const release = this.#options.book
      .release(lease)
      .catch(() => {
        this.#options.connection.observer.onError?.();
        this.#unreleased.set(lease, endsAt);
      })
      .finally(() => this.#releases.delete(release));
    this.#releases.add(release);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#readiness[Symbol.dispose]();
    await Promise.all(this.#releases);
  }

  /** Counts only what was proven over the present connection: another Redis may have lost the lease. */
  #outlivesOneCall({ provenAt }: Lease): boolean {
    const { connection, ttlMs, longestCallMs } = this.#options;
    return connection.isReady() && provenAt >= this.#readySince && provenAt + ttlMs - longestCallMs > performance.now();
  }

  /** Renews all leases. Concurrent calls share one renewal. */
  #renew(): Promise<void> {
    if (!this.#options.connection.isReady()) return Promise.resolve();
    if (this.#renewal !== undefined) return this.#renewal;
    const renewal = this.#renewAll().finally(() => {
      if (this.#renewal === renewal) this.#renewal = undefined;
    });
    this.#renewal = renewal;
    return renewal;
  }

  async #renewAll(): Promise<void> {
    for (const [lease, endsAt] of this.#unreleased) {
      this.#unreleased.delete(lease);
      if (endsAt > performance.now()) this.#giveBack(lease, endsAt);
    }
    try {
      const pauses = await Promise.all(toBatches([...this.#leases]).map((batch) => this.#renewBatch(batch)));
      this.#options.observer.onPause?.(Math.max(...pauses));
    } catch {
      // A failed renewal proves nothing, so no lease gets a later `provenAt`: `confirm` stops writes in time.
      this.#options.connection.observer.onError?.();
    }
  }

  async #renewBatch(leases: readonly Lease[]): Promise<number> {
    const { book, ttlMs, observer } = this.#options;
    const askedAt = performance.now();
    const claims = leases.map(({ token, keys, taken, provenAt }) => ({
      token,
      keys: keys.slice(0, taken),
      isAlive: provenAt + ttlMs > askedAt,
    }));
    const { pauseMs, lost } = await book.renew(claims);
    for (const [index, lease] of leases.entries()) {
      // Keys that were taken meanwhile were not part of the command.
      const isWhole = claims[index]?.keys.length === lease.taken;
      if (lost.has(index) && !lease.isLost) {
        lease.isLost = true;
        observer.onLost?.();
      } else if (isWhole && !lost.has(index)) lease.provenAt = Math.max(lease.provenAt, askedAt);
    }
    return pauseMs;
  }
}

function silent(cause: unknown): LeaseError {
  return new LeaseError('unreachable', 'Cannot confirm the lease: Redis does not answer.', { cause });
}

/** Groups leases for one script each. There is always one group, because the script also notices a lost Redis. */
function toBatches(leases: readonly Lease[]): readonly (readonly Lease[])[] {
  const batches: Lease[][] = [[]];
  let size = 0;
  for (const lease of leases) {
    if (size > 0 && size + lease.taken > keysPerScript) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(lease);
    size += lease.taken;
  }
  return batches;
}
