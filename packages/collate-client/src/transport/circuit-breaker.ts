import { BrokenCircuitError, CircuitState, circuitBreaker, handleWhenResult, SamplingBreaker } from 'cockatiel';
import { CollateError } from '../model/index.ts';
import type { CircuitStatus, ClientObserver } from '../observer.ts';
import { isTransient } from './transience.ts';
import type { Call, Reply, Transport } from './transport.ts';

/** When nothing more is sent for a while. */
export interface CircuitBreakerOptions {
  readonly threshold: number;
  readonly windowMs: number;
  readonly minimumCalls: number;
  readonly openMs: number;
  readonly observer: ClientObserver;
}

/** The outcome of a call as a value: the breaker counts values, and a refusal counts as a sign of life. */
type Outcome = { readonly reply: Reply } | { readonly error: CollateError; readonly counts: boolean };

/**
 * Stops sending while most calls fail for the server's sake. After a while one call is let through; the others go on
 * failing at once until its outcome is known.
 */
export function withCircuitBreaker(next: Transport, options: CircuitBreakerOptions): Transport {
  const policy = circuitBreaker(
    handleWhenResult((outcome) => isOutcome(outcome) && 'counts' in outcome && outcome.counts),
    {
      halfOpenAfter: options.openMs,
      breaker: new SamplingBreaker({
        threshold: options.threshold,
        duration: options.windowMs,
        minimumRps: (options.minimumCalls * 1000) / options.windowMs,
      }),
    },
  );
  let from: CircuitStatus = 'closed';
  policy.onStateChange((changed) => {
    const state = toStatus(changed);
    options.observer.onCircuit?.({ state, from });
    from = state;
  });
  return async (call) => {
    if (policy.state === CircuitState.HalfOpen) throw openError(call, options.openMs);
    const isProbe = policy.state === CircuitState.Open;
    try {
      return unwrap(await policy.execute(() => attempt(next, call, isProbe)));
    } catch (error) {
      throw error instanceof BrokenCircuitError ? openError(call, options.openMs) : error;
    }
  };
}

async function attempt(next: Transport, call: Call, isProbe: boolean): Promise<Outcome> {
  try {
    return { reply: await next(call) };
  } catch (error) {
    if (!(error instanceof CollateError)) throw error;
    // A caller who leaves proves nothing: the circuit neither counts it nor closes for it.
    if (error.kind === 'aborted' && !isProbe) throw error;
    return { error, counts: error.kind === 'aborted' || isTransient(error, call.operation) };
  }
}

function unwrap(outcome: Outcome): Reply {
  if ('error' in outcome) throw outcome.error;
  return outcome.reply;
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && ('reply' in value || 'error' in value);
}

function openError({ operation }: Call, retryAfterMs: number): CollateError {
  return new CollateError('circuit-open', { operation: operation.name, retryAfterMs });
}

function toStatus(state: CircuitState): CircuitStatus {
  if (state === CircuitState.Open) return 'open';
  return state === CircuitState.HalfOpen ? 'half-open' : 'closed';
}
