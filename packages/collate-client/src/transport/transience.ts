import type { CollateError } from '../model/index.ts';
import type { RetryReason } from '../observer.ts';
import type { Operation } from '../operation.ts';

/**
 * The kind of a failure that describes the server's state and not the call; undefined for any other failure. The same
 * call may succeed a moment later, and other calls are likely to fail now.
 *
 * A 500 counts only for reads, because servers answer 500 to writes that they refuse.
 */
export function toTransientKind(
  { kind, status }: CollateError,
  { method }: Operation,
): Exclude<RetryReason, 'rate-limited'> | undefined {
  if (kind === 'unreachable' || kind === 'timeout') return kind;
  if (kind !== 'unavailable' || status === undefined) return undefined;
  return method === 'GET' || (status >= 502 && status <= 504) ? kind : undefined;
}

/** Whether a failure means that the server, or the way to it, is overloaded, so that fewer calls at once may help. */
export function isOverload({ kind, status }: CollateError): boolean {
  if (kind === 'unreachable' || kind === 'timeout' || kind === 'rate-limited') return true;
  return kind === 'unavailable' && status !== undefined && status >= 502 && status <= 504;
}
