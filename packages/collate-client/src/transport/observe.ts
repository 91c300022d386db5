import { CollateError } from '../model/index.ts';
import type { CallEvent, ClientObserver } from '../observer.ts';
import type { Transport } from './transport.ts';

/** Tells an observer about every attempt: what it came to, and how long it took. */
export function withObservation(
  next: Transport,
  options: { readonly observer: ClientObserver; readonly now: () => number },
): Transport {
  const { observer, now } = options;
  if (observer.onCall === undefined) return next;
  return async (call) => {
    const begin = now();
    const tell = (status: number | undefined, outcome: CallEvent['outcome']) =>
      observer.onCall?.({ operation: call.operation.name, status, outcome, durationMs: now() - begin });
    try {
      const reply = await next(call);
      tell(reply.status, 'ok');
      return reply;
    } catch (error) {
      if (error instanceof CollateError) tell(error.status, error.kind);
      throw error;
    }
  };
}
