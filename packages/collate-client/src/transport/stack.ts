import { pause } from '@scim-gateway/cancellation';
import type { ClientObserver } from '../observer.ts';
import type { BreakerOptions, RetryOptions, TimeoutOptions } from '../options.ts';
import { withAuthentication } from './authenticate.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import { type Schedule, withDeadline } from './deadline.ts';
import { withGuard } from './guard.ts';
import { type Gate, withLimit } from './limit.ts';
import { withObservation } from './observe.ts';
import type { Principal } from './principal.ts';
import { withRetry } from './retry.ts';
import type { Transport } from './transport.ts';
import { withVerdict } from './verdict.ts';

/** What one principal's transport needs. */
export interface StackOptions {
  readonly principal: Principal;
  /** Whether the principal is the client's own, and not one of `as`. */
  readonly isOwn: boolean;
  /** Shared by all principals of the server. */
  readonly gate: Gate;
  readonly observer: ClientObserver;
  readonly timeouts: Required<Omit<TimeoutOptions, 'connectMs'>>;
  readonly retries: Required<RetryOptions>;
  readonly breaker: Required<BreakerOptions>;
  readonly clock: () => number;
  readonly random: () => number;
}

/** One principal's transport. The last decorator here is the outermost: a call passes it first. */
export function stackTransport(send: Transport, options: StackOptions): Transport {
  const { principal, isOwn, gate, observer, timeouts, retries, breaker, clock, random } = options;
  const judged = withVerdict(send, { principal, clock });
  const authenticated = withAuthentication(judged, { principal, clock });
  const timely = withDeadline(authenticated, { ...timeouts, schedule });
  const guarded = withGuard(timely);
  const limited = withLimit(guarded, gate);
  const interruptible = withCircuitBreaker(limited, { ...breaker, observer, now });
  const observed = withObservation(interruptible, { observer, now, isOwn });
  return withRetry(observed, { ...retries, clock, random, pause, observer });
}

const now = () => performance.now();

const schedule: Schedule = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
