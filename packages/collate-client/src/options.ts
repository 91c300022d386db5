import type { ClientObserver } from './observer.ts';

/** Bounds on what the client has in flight; shared by all principals of one client. */
export interface LimitOptions {
  /** Calls, and connections, at one time while the server is well; an eighth of them only for urgent ones. */
  readonly concurrency?: number;
  /** Calls at one time however ill the server is. */
  readonly minConcurrency?: number;
  /** Calls of each priority that may wait for their turn; further ones fail at once. */
  readonly queue?: number;
  /** Size of an answer's body. */
  readonly responseBytes?: number;
}

/** How long one attempt may take, waiting for its turn not included. */
export interface TimeoutOptions {
  readonly connectMs?: number;
  readonly readMs?: number;
  readonly writeMs?: number;
}

/** How calls that may be repeated are repeated. */
export interface RetryOptions {
  /** The first one included. */
  readonly attempts?: number;
  /** Doubles with every further attempt; the wait is a random part of it. */
  readonly baseDelayMs?: number;
  /** Longest wait between two attempts. A `Retry-After` beyond it is not waited for. */
  readonly maxDelayMs?: number;
}

/** When a principal's calls stop being sent for a while. */
export interface BreakerOptions {
  /** The part of calls, from 0 to 1, that must fail. */
  readonly threshold?: number;
  /** Over which time the part is taken. */
  readonly windowMs?: number;
  /** Fewer calls than this in that time say nothing. */
  readonly minimumCalls?: number;
  /** How long nothing is sent. */
  readonly openMs?: number;
}

/** What a client of one Collate server is made from. */
export interface CollateClientOptions {
  /** Without `/api`. The client talks to this host only, and follows no redirect. */
  readonly baseUrl: string;
  /**
   * The bearer token; read for every call, so that it may change. A client without one rejects calls that need a
   * credential as `unauthorized`, and `as` gives clients that have one.
   */
  readonly token: (() => string) | undefined;
  readonly observer?: ClientObserver;
  readonly limits?: LimitOptions;
  readonly timeouts?: TimeoutOptions;
  readonly retries?: RetryOptions;
  readonly breaker?: BreakerOptions;
  /** Certificates to trust instead of the usual authorities. Verification cannot be turned off. */
  readonly tls?: { readonly ca?: string | readonly string[] };
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}
