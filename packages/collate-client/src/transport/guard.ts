import type { WriteGuard } from '../api.ts';
import { CollateError } from '../model/index.ts';
import type { Call, Reply, Transport } from './transport.ts';

/** Asks the guard before each attempt of a write, and reports to it the attempts without an answer. */
export function withGuard(next: Transport): Transport {
  return (call) => {
    const { guard, operation } = call;
    return guard === undefined || operation.method === 'GET' ? next(call) : write(next, call, guard);
  };
}

async function write(next: Transport, call: Call, guard: WriteGuard): Promise<Reply> {
  await confirm(call, guard);
  try {
    return await next(call);
  } catch (error) {
    if (!(error instanceof CollateError) || mayStillRun(error)) guard.onUnanswered();
    throw error;
  }
}

async function confirm({ operation }: Call, guard: WriteGuard): Promise<void> {
  try {
    await guard.confirm();
  } catch (cause) {
    throw new CollateError('withheld', { operation: operation.name, cause });
  }
}

/**
 * Whether the server may still be working on the write: after no answer at all, and after a 502 or higher, because a
 * proxy may have sent that.
 */
function mayStillRun(error: CollateError): boolean {
  return error.mayTakeEffect && (error.status === undefined || error.status >= 502);
}
