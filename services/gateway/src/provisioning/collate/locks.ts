import type { Lock, Locks } from '@scim-gateway/cache';
import type { StopSignal } from '@scim-gateway/cancellation';
import type { WriteGuard } from '@scim-gateway/collate-client';

/** The locks that one request has acquired, and the guard of its writes. */
export interface RequestLocks {
  /** Waits for the locks of these keys; the returned object releases them. */
  acquire(keys: readonly string[]): Promise<Disposable>;
  /** Lets a write go out only while every lock is certainly ours; a write without an answer keeps them a while longer. */
  readonly guard: WriteGuard;
}

/** @param signal ends the wait for a lock. */
export function createRequestLocks(locks: Locks, signal: StopSignal): RequestLocks {
  const acquired = new Set<Lock>();
  return {
    acquire: async (keys) => {
      const lock = await locks.acquire(keys, signal);
      acquired.add(lock);
      return {
        [Symbol.dispose]: () => {
          acquired.delete(lock);
          lock[Symbol.dispose]();
        },
      };
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
