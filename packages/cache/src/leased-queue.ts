import { randomUUID } from 'node:crypto';
import { createKeyedQueue, type Hold, type KeyedQueue } from './keyed-queue.ts';
import { createLeaseBook } from './lease-book.ts';
import { createLeaseKeeper, type Lease, type LeaseKeeper, type Progress } from './lease-keeper.ts';
import { LeaseError, type LeaseObserver } from './lease-trouble.ts';
import { pause } from './pause.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { StopSignal } from './stop-signal.ts';

export interface LeasedQueueOptions {
  readonly connection: RedisConnection;
  /** How long a write that was not answered may still be at work. */
  readonly longestCallMs: number;
  readonly observer?: LeaseObserver;
}

/** How much longer than the longest call a lease runs: so long may Redis be silent before writes wait. */
export const leaseMarginMs = 3_000;

/**
 * A queue over all replicas that share a Redis: fair within a process, and nearly so between them.
 *
 * A hold waits for Redis as long as its signal allows, and throws a `LeaseError` when the signal fires because of Redis. Disposal of the
 * queue waits until everything is given back, but for what lingers, which runs out by itself.
 */
export function createLeasedQueue(options: LeasedQueueOptions): KeyedQueue & AsyncDisposable {
  const { connection, longestCallMs, observer = {} } = options;
  const local = createKeyedQueue({ longestCallMs });
  const ttlMs = longestCallMs + leaseMarginMs;
  const book = createLeaseBook(connection, ttlMs);
  const keeper = createLeaseKeeper({ connection, book, ttlMs, longestCallMs, observer });
  return {
    hold: async (keys, signal) => {
      const ordered = [...new Set(keys)].sort();
      const turn = await local.hold(ordered, signal);
      if (ordered.length === 0) return turn;
      const lease = keeper.open({ token: randomUUID(), keys: ordered });
      try {
        await acquire(lease, { keeper, observer }, signal);
      } catch (error) {
        keeper.release(lease);
        turn[Symbol.dispose]();
        throw error;
      }
      return toHold(lease, { keeper, turn, longestCallMs }, signal);
    },
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  };
}

function toHold(
  lease: Lease,
  { keeper, turn, longestCallMs }: { keeper: LeaseKeeper; turn: Hold; longestCallMs: number },
  signal: StopSignal | undefined,
): Hold {
  let lingers = false;
  return {
    confirm: () => keeper.confirm(lease, signal),
    linger: () => {
      lingers = true;
      turn.linger();
    },
    [Symbol.dispose]: () => {
      // The lease goes first, so that whoever is next in this process finds the keys free.
      if (lingers) setTimeout(() => keeper.release(lease), longestCallMs).unref();
      else keeper.release(lease);
      turn[Symbol.dispose]();
    },
  };
}

/** How soon one who waits asks again, in milliseconds: at first and at most, when it is the next and when it is not. */
const pace = { next: [2, 10], later: [5, 50] } as const;
/** How soon Redis is asked again that did not answer, or that has to be waited for. */
const troubledPauseMs = 100;

async function acquire(
  lease: Lease,
  { keeper, observer }: { keeper: LeaseKeeper; observer: LeaseObserver },
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

/** What ended the waiting: Redis, or, if others had the keys all the time, the signal alone. */
function toError(progress: Progress, reason: unknown): unknown {
  switch (progress.state) {
    case 'unreachable':
      return new LeaseError('unreachable', 'Redis does not answer, so that nobody can be alone with its keys.', {
        cause: progress.cause,
      });
    case 'refused':
      return new LeaseError('refused', `Redis refuses: ${String(progress.cause)}`, { cause: progress.cause });
    case 'settling':
      return new LeaseError('settling', 'Redis lost what was held; what was begun then is being waited for.', {
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
