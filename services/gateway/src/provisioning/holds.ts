import type { Hold, KeyedQueue } from '@scim-gateway/cache';
import type { WriteGuard } from '@scim-gateway/collate-client';

/** What one request has to itself; its writes are sent only while that is certain. */
export interface Holds {
  /** Waits for the keys' turn: what writes one user, or one group as a whole, passes here. */
  hold(keys: readonly string[]): Promise<Disposable>;
  readonly guard: WriteGuard;
}

/** Nothing is held at first. */
export function createHolds(queue: KeyedQueue, signal: AbortSignal): Holds {
  const held = new Set<Hold>();
  return {
    hold: async (keys) => {
      const hold = await queue.hold(keys, signal);
      held.add(hold);
      return {
        [Symbol.dispose]: () => {
          held.delete(hold);
          hold[Symbol.dispose]();
        },
      };
    },
    guard: {
      confirm: async () => {
        for (const hold of held) await hold.confirm();
      },
      onUnanswered: () => {
        for (const hold of held) hold.linger();
      },
    },
  };
}
