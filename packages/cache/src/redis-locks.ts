import { randomUUID } from 'node:crypto';
import { pause, type StopSignal } from '@scim-gateway/cancellation';
import { createLeaseBook } from './lease-book.ts';
import { createLeaseKeeper, type Lease, type LeaseKeeper, type Progress } from './lease-keeper.ts';
import { LeaseError, type LeaseObserver } from './lease-trouble.ts';
import type { Lock, Locks } from './locks.ts';
import { createMemoryLocks } from './memory-locks.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisLocksOptions {
  readonly connection: RedisConnection;
  /** How long a write without an answer may still take effect, in milliseconds. */
  readonly longestCallMs: number;
  readonly observer?: LeaseObserver;
}

/** How much longer than the longest call a lease runs: Redis may be silent for this long before writes wait. */
export const leaseMarginMs = 3_000;

/**
 * Locks shared by all replicas that use one Redis, as leases: in order within a process, nearly so between processes.
 *
 * `acquire` waits for Redis until its signal is aborted, and then throws a `LeaseError` if Redis was the cause.
 * Disposal waits until all leases are released, except lingering ones, which expire.
 */
export function createRedisLocks(options: RedisLocksOptions): Locks & AsyncDisposable {
  const { connection, longestCallMs, observer = {} } = options;
  const ttlMs = longestCallMs + leaseMarginMs;
  const book = createLeaseBook(connection, ttlMs);
  const keeper = createLeaseKeeper({ connection, book, ttlMs, longestCallMs, observer });
  return new RedisLocks({ connection, keeper, observer, longestCallMs });
}

interface Parts {
  readonly connection: RedisConnection;
  readonly keeper: LeaseKeeper;
  readonly observer: LeaseObserver;
  readonly longestCallMs: number;
}

class RedisLocks implements Locks, AsyncDisposable {
  readonly #parts: Parts;
  /** Orders the requests of this process, so that only one at a time asks Redis for a key. */
  readonly #local: Locks;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#local = createMemoryLocks(parts);
  }

  async acquire(keys: readonly string[], signal?: StopSignal): Promise<Lock> {
    const { keeper, observer } = this.#parts;
    const ordered = [...new Set(keys)].sort();
    const local = await this.#local.acquire(ordered, signal);
    if (ordered.length === 0) return local;
    const lease = keeper.open({ token: randomUUID(), keys: ordered });
    try {
      await acquireLease(lease, { keeper, observer }, signal);
    } catch (error) {
      keeper.release(lease);
      local[Symbol.dispose]();
      throw error;
    }
    return new RedisLock({ ...this.#parts, lease, local, signal });
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#parts.keeper[Symbol.asyncDispose]();
  }
}

interface RedisLockParts extends Parts {
  readonly lease: Lease;
  readonly local: Lock;
  readonly signal: StopSignal | undefined;
}

class RedisLock implements Lock {
  readonly #parts: RedisLockParts;
  #lingers = false;

  constructor(parts: RedisLockParts) {
    this.#parts = parts;
  }

  confirm(): Promise<void> {
    const { keeper, lease, signal } = this.#parts;
    return keeper.confirm(lease, signal);
  }

  async publish(): Promise<void> {
    const { connection, signal } = this.#parts;
    while (!(await connection.arrears.settle())) {
      try {
        await pause(troubledPauseMs, signal);
      } catch (cause) {
        throw new LeaseError('unreachable', 'Cannot tell the other replicas: Redis does not answer.', { cause });
      }
    }
  }

  linger(): void {
    this.#lingers = true;
    this.#parts.local.linger();
  }

  [Symbol.dispose](): void {
    const { keeper, lease, local, longestCallMs } = this.#parts;
    // Release the lease first, so that the next request of this process finds the keys free in Redis.
    if (this.#lingers) setTimeout(() => keeper.release(lease), longestCallMs).unref();
    else keeper.release(lease);
    local[Symbol.dispose]();
  }
}

/** How long a waiting request pauses before it asks again, in milliseconds: first and at most, by its place in line. */
const pace = { next: [2, 10], later: [5, 50] } as const;
/** How long to pause when Redis does not answer, refuses, or waits for lost leases to expire. */
const troubledPauseMs = 100;

async function acquireLease(
  lease: Lease,
  { keeper, observer }: Pick<Parts, 'keeper' | 'observer'>,
  signal: StopSignal | undefined,
): Promise<void> {
  const began = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    const progress = await keeper.advance(lease);
    if (progress.state === 'held') {
      observer.onWait?.(performance.now() - began, 'held');
      return;
    }
    try {
      await pause(toPause(progress.state, attempt), signal);
    } catch (reason) {
      const error = toError(progress, reason);
      observer.onWait?.(performance.now() - began, error instanceof LeaseError ? error.trouble : 'aborted');
      throw error;
    }
  }
}

/** Why a wait ended without the lock: Redis, or the signal alone if other holders had the keys all the time. */
function toError(progress: Progress, reason: unknown): unknown {
  switch (progress.state) {
    case 'unreachable':
      return new LeaseError('unreachable', 'Cannot lock: Redis does not answer.', { cause: progress.cause });
    case 'refused':
      return new LeaseError('refused', `Cannot lock: Redis refuses: ${String(progress.cause)}`, {
        cause: progress.cause,
      });
    case 'settling':
      return new LeaseError('settling', 'Cannot lock yet: Redis lost leases, which must expire first.', {
        cause: reason,
      });
    default:
      return reason;
  }
}

function toPause(state: Progress['state'], attempt: number): number {
  if (state !== 'next' && state !== 'later') return troubledPauseMs;
  const [first, most] = pace[state];
  return Math.min(first * 2 ** Math.min(attempt, 10), most) * (0.5 + Math.random() / 2);
}
