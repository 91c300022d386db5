import type { Lock, Locks } from '@scim-gateway/cache';
import type { StopSignal } from '@scim-gateway/cancellation';
import type { WriteGuard } from '@scim-gateway/collate-client';
import { type LockKey, lockName } from './lock-keys.ts';

export type { LockKey };

/** The locks that one request has acquired, and the guard of its writes. */
export interface RequestLocks {
  /**
   * Acquires the locks, runs the work, waits until no replica serves what it invalidated, and releases the locks.
   *
   * @throws LeaseError when Redis does not answer until the request's time is up.
   */
  locked<T>(keys: readonly LockKey[], work: () => Promise<T>): Promise<T>;
  /**
   * Sends a write only while every lock is certain to be ours. After a write without an answer the locks outlast the
   * work for a while, since the write may still take effect.
   */
  readonly guard: WriteGuard;
}

/** @param signal ends the wait for a lock. */
export function createRequestLocks(locks: Locks, signal: StopSignal): RequestLocks {
  const acquired = new Set<Lock>();
  return {
    locked: async (keys, work) => {
      using lock = await locks.acquire(keys.map(lockName), signal);
      acquired.add(lock);
      try {
        const result = await work();
        // The answer must not arrive before the other replicas find what has changed.
        await lock.publish();
        return result;
      } finally {
        acquired.delete(lock);
      }
    },
    guard: {
      confirm: async () => {
        for (const lock of acquired) await lock.confirm();
      },
      onUnanswered: () => {
        for (const lock of acquired) lock.linger();
      },
    },
  };
}
