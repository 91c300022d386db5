import type { WriteGuard } from '../api.ts';
import { CollateError } from '../model/index.ts';
import type { Call, Reply, Transport } from './transport.ts';

/** Asks a write's guard before each attempt, and tells it of attempts that got no answer. */
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
    if (!(error instanceof CollateError) || mayStillBeAtWork(error)) guard.onUnanswered();
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

/** Without an answer nobody knows whether the server goes on; an answer without sense may come from what stands before it. */
function mayStillBeAtWork(error: CollateError): boolean {
  return error.mayTakeEffect && (error.status === undefined || error.status >= 502);
}
