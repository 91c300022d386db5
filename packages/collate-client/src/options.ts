import type { ClientObserver } from './observer.ts';

/** Limits on calls in flight, shared by all principals of one client. */
export interface LimitOptions {
  /**
   * Calls in flight, and connections, while the server is healthy. An eighth is reserved for urgent calls. Default: 64.
   */
  readonly concurrency?: number;
  /** Calls in flight that remain allowed, however overloaded the server is. Default: 4. */
  readonly minConcurrency?: number;
  /** How many calls of each priority may wait; further calls fail at once. Default: 4096. */
  readonly queue?: number;
  /** Largest body of an answer, in bytes. Default: 256 MiB. */
  readonly responseBytes?: number;
}

/** How long one attempt may take, without its wait for a place. */
export interface TimeoutOptions {
  /** Default: 3000. */
  readonly connectMs?: number;
  /** Default: 8000. */
  readonly readMs?: number;
  /** Default: 15 000. */
  readonly writeMs?: number;
}

/** How idempotent calls are repeated. */
export interface RetryOptions {
  /** Includes the first attempt. Default: 3. */
  readonly attempts?: number;
  /** Upper bound of the first wait; doubles with each attempt. The wait is a random part of it. Default: 100. */
  readonly baseDelayMs?: number;
  /** Longest wait between two attempts. A longer `Retry-After` ends the retries. Default: 2000. */
  readonly maxDelayMs?: number;
}

/** When a principal's calls stop being sent for a while. */
export interface BreakerOptions {
  /** The ratio of failed calls, from 0 to 1, that must be exceeded. Default: 0.5. */
  readonly threshold?: number;
  /** The period over which calls are counted. Default: 20 000. */
  readonly windowMs?: number;
  /** The circuit stays closed on fewer calls than this in the period. Default: 10. */
  readonly minimumCalls?: number;
  /** How long the circuit stays open before a probe. Default: 5000. */
  readonly openMs?: number;
}

/** The settings of a client of one Collate server. */
export interface CollateClientOptions {
  /** Without `/api`. The client connects to this host only and follows no redirect. */
  readonly baseUrl: string;
  /**
   * Returns the bearer token. It is asked for each call, so that the token may be rotated. Without it, calls that
   * require a credential fail as `unauthorized`; `as` makes clients that have one.
   */
  readonly token: (() => string) | undefined;
  readonly observer?: ClientObserver;
  readonly limits?: LimitOptions;
  readonly timeouts?: TimeoutOptions;
  readonly retries?: RetryOptions;
  readonly breaker?: BreakerOptions;
  /** Certificates to trust instead of the default authorities. Verification cannot be disabled. */
  readonly tls?: { readonly ca?: string | readonly string[] };
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
  /** At least 0 and less than 1. Default: `Math.random`. */
  readonly random?: () => number;
}
