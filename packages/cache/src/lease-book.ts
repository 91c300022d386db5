import { randomUUID } from 'node:crypto';
import { acquireScript, releaseScript, renewScript } from './lease-scripts.ts';
import type { RedisConnection } from './redis-connection.ts';
import { createScriptRunner } from './redis-script.ts';

/** A request for lock keys, identified by its token. */
export interface Claim {
  readonly token: string;
  /** Sorted: every claim takes keys in this order. */
  readonly keys: readonly string[];
}

/** The result of one attempt to take the keys of a claim. */
export interface Acquired {
  /** How many keys the claim has, from the first on. */
  readonly taken: number;
  /** Milliseconds during which no new lease is granted, because leases may have been lost. */
  readonly pauseMs: number;
  /** Whether the claim is first in line for the key that it waits for. */
  readonly isNext: boolean;
}

/** The result of renewing claims. */
export interface Renewed {
  readonly pauseMs: number;
  /** Indexes of the claims that lost a key. */
  readonly lost: ReadonlySet<number>;
}

/** The leases of all replicas, in Redis. Every method rejects when Redis does not answer. */
export interface LeaseBook {
  acquire(claim: Claim): Promise<Acquired>;
  /** Renews claims; `isAlive` marks a claim whose leases cannot have expired yet. */
  renew(claims: readonly (Claim & { readonly isAlive: boolean })[]): Promise<Renewed>;
  release(claim: Claim): Promise<void>;
}

/** How long a claim keeps its place in line without asking again. */
const patienceMs = 200;
/** How long the first claim in an empty Redis waits for replicas that still have leases to assert. */
const graceMs = 1_500;

export function createLeaseBook(connection: RedisConnection, ttlMs: number): LeaseBook {
  const run = createScriptRunner(connection, 'leases');
  const key = [connection.key('leases')];
  let epoch = '';
  let cursor = '0';
  const settling = () => [epoch, randomUUID(), ttlMs, graceMs];
  return {
    acquire: async ({ token, keys }) => {
      const args = [...settling(), token, patienceMs, ...keys];
      const [seen, pauseMs, taken, isNext] = await run<readonly [string, number, number, number]>(
        acquireScript,
        key,
        args,
      );
      epoch = seen;
      return { taken, pauseMs, isNext: isNext === 1 };
    },
    renew: async (claims) => {
      const args = claims.flatMap(({ token, isAlive, keys }) => [token, isAlive ? 1 : 0, keys.length, ...keys]);
      const answer = await run<readonly [string, number, string, readonly number[]]>(renewScript, key, [
        ...settling(),
        cursor,
        ...args,
      ]);
      const [seen, pauseMs, next, lost] = answer;
      epoch = seen;
      cursor = next;
      return { pauseMs, lost: new Set(lost) };
    },
    release: async ({ token, keys }) => {
      await run(releaseScript, key, [token, ...keys]);
    },
  };
}
