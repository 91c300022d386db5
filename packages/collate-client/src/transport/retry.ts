import type { StopSignal } from '../api.ts';
import { CollateError } from '../model/index.ts';
import type { ClientObserver } from '../observer.ts';
import { RetryBudget } from './retry-budget.ts';
import { isTransient } from './transience.ts';
import type { Call, Transport } from './transport.ts';

/** How, and how often, calls are repeated. */
export interface RetrySettings {
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly clock: () => number;
  readonly random: () => number;
  /** Resolves after a while, or rejects when the signal fires first. */
  readonly sleep: (ms: number, signal: StopSignal | undefined) => Promise<void>;
  readonly observer: ClientObserver;
}

/**
 * Repeats calls that may be repeated, after failures that may pass: the server's absence, and its request to come back
 * later when that is soon enough. Waits end with the caller's patience. Repetitions are few beside first attempts, however many fail.
 */
export function withRetry(next: Transport, settings: RetrySettings): Transport {
  const budget = new RetryBudget();
  return async (call) => {
    budget.deposit();
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (call.signal?.aborted) throw aborted(call);
        return await next(call);
      } catch (error) {
        if (!(error instanceof CollateError)) throw error;
        await waitOrGiveUp(error, call, attempt, budget, settings);
      }
    }
  };
}

async function waitOrGiveUp(
  error: CollateError,
  call: Call,
  attempt: number,
  budget: RetryBudget,
  settings: RetrySettings,
): Promise<void> {
  if (!call.operation.idempotent || attempt >= settings.attempts || call.signal?.aborted) throw error;
  const delayMs = planDelay(error, call, attempt, settings);
  if (delayMs === undefined || !fits(delayMs, call, settings)) throw error;
  const event = { operation: call.operation.name, reason: error.kind };
  if (!budget.tryWithdraw()) {
    settings.observer.onRetryRefused?.(event);
    throw error;
  }
  settings.observer.onRetry?.(event);
  await settings.sleep(delayMs, call.signal).catch(() => {
    throw aborted(call);
  });
}

/** How long to wait, at random so that many callers do not come back at one moment; `undefined` for giving up. */
function planDelay(error: CollateError, { operation }: Call, attempt: number, settings: RetrySettings) {
  const { baseDelayMs, maxDelayMs, random } = settings;
  const { kind, retryAfterMs } = error;
  if (kind !== 'rate-limited' && !isTransient(error, operation)) return undefined;
  if (retryAfterMs !== undefined) {
    return retryAfterMs > maxDelayMs ? undefined : retryAfterMs + random() * baseDelayMs;
  }
  // Without a date to come back at, a limit is only hit harder by coming back.
  if (kind === 'rate-limited') return undefined;
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
}

function fits(delayMs: number, { deadline }: Call, { clock }: RetrySettings): boolean {
  return deadline === undefined || clock() + delayMs < deadline;
}

function aborted({ operation, signal }: Call): CollateError {
  return new CollateError('aborted', { operation: operation.name, cause: signal?.reason });
}
