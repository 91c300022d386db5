import type { LeaseError, Lock, Locks } from '@scim-gateway/cache';
import type { WriteGuard } from '@scim-gateway/collate-client';
import { type ScimError, unavailable } from '@scim-gateway/scim';
import type { RequestContext } from '../service.ts';

/** What one request has to itself; its writes are sent only while that is certain. */
export interface Holds {
  /** Waits for the keys' turn: what writes one user, or one group as a whole, passes here. */
  hold(keys: readonly string[]): Promise<Disposable>;
  readonly guard: WriteGuard;
}

/** Nothing is held at first. */
export function createHolds(queue: Locks, context: Pick<RequestContext, 'signal'>): Holds {
  const held = new Set<Lock>();
  return {
    hold: async (keys) => {
      const hold = await queue.acquire(keys, context.signal);
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

/** What a provider is told when Redis cannot promise that a change stays alone; nothing was written since it could not. */
export function explainTrouble(error: LeaseError): ScimError {
  const options = { cause: error };
  switch (error.trouble) {
    case 'unreachable':
      return unavailable(
        "The gateway's Redis does not answer, without which replicas could undo each other's changes; an operator must see to it. Try again.",
        10,
        options,
      );
    case 'refused':
      return unavailable(
        "The gateway's Redis refuses commands (its memory, rights or state; the log tells which); an operator must see to it. Try again.",
        30,
        options,
      );
    case 'settling':
      return unavailable(
        "The gateway's Redis was restarted or replaced; changes wait until those begun before are over. Try again.",
        5,
        options,
      );
    case 'lost':
      return unavailable('Another change of the same user or group may have come between; try again.', 1, options);
  }
}
