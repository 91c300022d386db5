import type { StopSignal } from '@scim-gateway/cancellation';
import { CollateError } from '../model/index.ts';
import type { ClientObserver, RetryReason } from '../observer.ts';
import { RetryBudget } from './retry-budget.ts';
import { toTransientKind } from './transience.ts';
import type { Call, Transport } from './transport.ts';

/** How, and how often, calls are repeated. */
export interface RetrySettings {
  /** Includes the first attempt. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly clock: () => number;
  readonly random: () => number;
  /** Resolves after some milliseconds; rejects if the signal is aborted first. */
  readonly pause: (ms: number, signal: StopSignal | undefined) => Promise<void>;
  readonly observer: ClientObserver;
}

/**
 * Repeats idempotent calls after transient failures, and after a `Retry-After` that is short enough. The caller's
 * signal and deadline bound the waits. A budget bounds retries to a small ratio of all calls, however many fail.
 */
export function withRetry(next: Transport, settings: RetrySettings): Transport {
  const budget = new RetryBudget();
  return async (call) => {
    budget.deposit();
    for (let attempt = 1; ; attempt += 1) {
      if (call.signal?.aborted) throw aborted(call);
      try {
        return await next(call);
      } catch (error) {
        await waitOrThrow(error, call, { ...settings, budget, attempt });
      }
    }
  };
}

interface FailedAttempt extends RetrySettings {
  readonly budget: RetryBudget;
  /** The number of the failed attempt, from 1. */
  readonly attempt: number;
}

/** Waits for the next attempt, or throws the error if the call is not repeated. */
async function waitOrThrow(error: unknown, call: Call, failed: FailedAttempt): Promise<void> {
  if (!(error instanceof CollateError)) throw error;
  const retry = planRetry(error, call, failed);
  if (retry === undefined || !withdraw(retry, failed)) throw error;
  await failed.pause(retry.delayMs, call.signal).catch(() => {
    throw aborted(call);
  });
}

interface Retry {
  readonly operation: string;
  readonly reason: RetryReason;
  readonly delayMs: number;
}

/** The retry after a failed attempt; undefined when the failure is final. */
function planRetry(error: CollateError, call: Call, failed: FailedAttempt): Retry | undefined {
  const { operation, signal, deadline } = call;
  if (!operation.idempotent || failed.attempt >= failed.attempts || signal?.aborted) return undefined;
  const reason = error.kind === 'rate-limited' ? error.kind : toTransientKind(error, operation);
  if (reason === undefined) return undefined;
  const delayMs = planDelay(error, failed);
  if (delayMs === undefined) return undefined;
  if (deadline !== undefined && failed.clock() + delayMs >= deadline) return undefined;
  return { operation: operation.name, reason, delayMs };
}

/**
 * How long to wait, in milliseconds; random, so that callers do not return in step. Undefined when waiting is useless.
 */
function planDelay(
  { kind, retryAfterMs }: CollateError,
  { attempt, baseDelayMs, maxDelayMs, random }: FailedAttempt,
): number | undefined {
  if (retryAfterMs !== undefined) {
    return retryAfterMs > maxDelayMs ? undefined : retryAfterMs + random() * baseDelayMs;
  }
  // Without a time to return at, a retry only adds to what exceeded the rate limit.
  if (kind === 'rate-limited') return undefined;
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
}

/** Takes a retry from the budget, and reports it; false when the budget is empty. */
function withdraw({ operation, reason }: Retry, { budget, observer }: FailedAttempt): boolean {
  const isGranted = budget.tryWithdraw();
  if (isGranted) observer.onRetry?.({ operation, reason });
  else observer.onRetryRefused?.({ operation, reason });
  return isGranted;
}

function aborted({ operation, signal }: Call): CollateError {
  return new CollateError('aborted', { operation: operation.name, cause: signal?.reason });
}
