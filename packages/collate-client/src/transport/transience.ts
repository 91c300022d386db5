import type { CollateError } from '../model/index.ts';
import type { Operation } from '../operation.ts';

/**
 * Whether a failure speaks of the server's state rather than of the call, so that the same call may succeed a moment later
 * and other calls are likely to fail now.
 *
 * A 500 does so only for reads: servers answer 500 to writes that they refuse.
 */
export function isTransient({ kind, status }: CollateError, { method }: Operation): boolean {
  if (kind === 'unreachable' || kind === 'timeout') return true;
  if (kind !== 'unavailable' || status === undefined) return false;
  return method === 'GET' || (status >= 502 && status <= 504);
}

/** Whether a failure says that the server, or the way to it, has more to do than it can: fewer calls at one time may help. */
export function isOverload({ kind, status }: CollateError): boolean {
  if (kind === 'unreachable' || kind === 'timeout' || kind === 'rate-limited') return true;
  return kind === 'unavailable' && status !== undefined && status >= 502 && status <= 504;
}
