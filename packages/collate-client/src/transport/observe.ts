import { CollateError } from '../model/index.ts';
import type { CallEvent, ClientObserver } from '../observer.ts';
import type { Transport } from './transport.ts';

/** Reports the outcome and the duration of every attempt to an observer. */
export function withObservation(
  next: Transport,
  options: { readonly observer: ClientObserver; readonly now: () => number; readonly isOwn: boolean },
): Transport {
  const { observer, now, isOwn } = options;
  if (observer.onCall === undefined) return next;
  return async (call) => {
    const begin = now();
    const { name: operation, authenticated } = call.operation;
    const judgesOwnCredential = isOwn && authenticated;
    const follower = observer.onBegin?.(call.operation);
    const report = (status: number | undefined, outcome: CallEvent['outcome']) => {
      observer.onCall?.({ operation, status, outcome, durationMs: now() - begin, judgesOwnCredential });
      follower?.end({ status, outcome });
    };
    try {
      const reply = await next(follower === undefined ? call : { ...call, headers: follower.headers });
      report(reply.status, 'ok');
      return reply;
    } catch (error) {
      if (error instanceof CollateError) report(error.status, error.kind);
      throw error;
    }
  };
}
