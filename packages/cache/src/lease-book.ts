import { randomUUID } from 'node:crypto';
import { acquireScript, keepScript, releaseScript } from './lease-scripts.ts';
import type { RedisConnection } from './redis-connection.ts';
import { runScript } from './redis-script.ts';

/** Keys that one holder has, or is about to have. */
export interface Claim {
  readonly token: string;
  /** In the order in which everybody takes them. */
  readonly keys: readonly string[];
}

/** What became of a claim that was asked for. */
export interface Acquired {
  /** How many of the keys, from the first on, are the claim's. */
  readonly taken: number;
  /** Milliseconds during which nobody is given a lease, since some may have been lost. */
  readonly pauseMs: number;
  /** Whether the claim is the next for the key that it waits for. */
  readonly isNext: boolean;
}

/** What became of claims that were to be kept. */
export interface Kept {
  readonly pauseMs: number;
  /** Indexes of the claims that lost a key. */
  readonly lost: ReadonlySet<number>;
}

/** The leases of all replicas, in Redis; every method fails when Redis does not answer. */
export interface LeaseBook {
  acquire(claim: Claim): Promise<Acquired>;
  /** `isAlive` tells that the claim cannot have run out yet. */
  keep(claims: readonly (Claim & { readonly isAlive: boolean })[]): Promise<Kept>;
  release(claim: Claim): Promise<void>;
}

/** How long a place in the line is kept for somebody who does not ask again. */
const patienceMs = 200;
/** How long the first to come waits for replicas that were there before Redis lost everything. */
const graceMs = 1_500;

export function createLeaseBook(connection: RedisConnection, ttlMs: number): LeaseBook {
  const key = connection.key('leases');
  let epoch = '';
  let cursor = '0';
  const settling = () => [epoch, randomUUID(), ttlMs, graceMs];
  return {
    acquire: async ({ token, keys }) => {
      const answer = await runScript(connection, 'leases', acquireScript, key, [
        ...settling(),
        token,
        patienceMs,
        ...keys,
      ]);
      const [seen, pauseMs, taken, isNext] = answer as readonly [string, number, number, number];
      epoch = seen;
      return { taken, pauseMs, isNext: isNext === 1 };
    },
    keep: async (claims) => {
      const args = claims.flatMap(({ token, isAlive, keys }) => [token, isAlive ? 1 : 0, keys.length, ...keys]);
      const answer = await runScript(connection, 'leases', keepScript, key, [...settling(), cursor, ...args]);
      const [seen, pauseMs, next, lost] = answer as readonly [string, number, string, readonly number[]];
      epoch = seen;
      cursor = next;
      return { pauseMs, lost: new Set(lost) };
    },
    release: async ({ token, keys }) => {
      await runScript(connection, 'leases', releaseScript, key, [token, ...keys]);
    },
  };
}
