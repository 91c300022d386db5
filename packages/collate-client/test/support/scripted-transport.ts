import type { CollateErrorKind } from '../../src/model/index.ts';
import { CollateError } from '../../src/model/index.ts';
import type { Operation } from '../../src/operation.ts';
import { usersOperations } from '../../src/operations.ts';
import type { Call, Reply, Transport } from '../../src/transport/transport.ts';

/** How a scripted transport treats one call. */
export type Outcome = Reply | CollateError | ((call: Call) => Promise<Reply>);

/** A transport that plays outcomes in order, repeats the last one, and records the calls. */
export function script(...outcomes: readonly Outcome[]): { readonly transport: Transport; readonly calls: Call[] } {
  const calls: Call[] = [];
  const transport: Transport = async (call) => {
    const outcome = outcomes[Math.min(calls.length, outcomes.length - 1)];
    calls.push(call);
    if (outcome === undefined) throw new Error('the script is empty');
    if (typeof outcome === 'function') return outcome(call);
    if (outcome instanceof CollateError) throw outcome;
    return outcome;
  };
  return { transport, calls };
}

/** A call of an operation; by default a read. */
export function callOf(operation: Operation = usersOperations.findById, more: Partial<Call> = {}): Call {
  return { operation, path: operation.path, body: undefined, signal: undefined, deadline: undefined, ...more };
}

/** An answer of a status. */
export function reply(status: number, body: unknown = {}, headers: Reply['headers'] = {}): Reply {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A failure of a kind, as an inner decorator throws it. */
export function failure(
  kind: CollateErrorKind,
  more: { status?: number; retryAfterMs?: number; unsent?: boolean } = {},
): CollateError {
  return new CollateError(kind, { operation: 'test', ...more });
}

/** A transport that answers when the test settles a call. */
export function pending(): {
  readonly transport: Transport;
  readonly calls: Call[];
  settle(index: number, outcome: Reply | CollateError): void;
} {
  const calls: Call[] = [];
  const settlers: ((outcome: Reply | CollateError) => void)[] = [];
  return {
    calls,
    transport: (call) =>
      new Promise((resolve, reject) => {
        calls.push(call);
        settlers.push((outcome) => (outcome instanceof CollateError ? reject(outcome) : resolve(outcome)));
      }),
    settle: (index, outcome) => settlers[index]?.(outcome),
  };
}

/** Resolves after all pending microtasks. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The `CollateError` that the promise is rejected with; fails the test for any other outcome. */
export async function rejection(promise: Promise<unknown>): Promise<CollateError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof CollateError) return outcome;
  throw new Error('expected a CollateError', { cause: outcome });
}
