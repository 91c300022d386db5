import { describe, expect, it } from 'vitest';
import { callOf, failure, pending, rejection, reply } from '../../test/support/scripted-transport.ts';
import { usersOperations } from '../operations.ts';
import { withDeadline } from './deadline.ts';

/** A deadline whose timers the test runs. */
function setUp() {
  const timers: { readonly run: () => void; readonly ms: number; off: boolean }[] = [];
  const { transport, calls, settle } = pending();
  const timely = withDeadline(transport, {
    readMs: 8,
    writeMs: 20,
    schedule: (run, ms) => {
      const timer = { run, ms, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
  });
  return { timers, calls, settle, timely };
}

describe('withDeadline', () => {
  it('returns the reply and cancels its timer', async () => {
    const { timely, settle, timers } = setUp();
    const attempt = timely(callOf());
    settle(0, reply(200));
    expect((await attempt).status).toBe(200);
    expect(timers).toMatchObject([{ ms: 8, off: true }]);
  });

  it('passes a failure on and cancels its timer', async () => {
    const { timely, settle, timers } = setUp();
    const attempt = timely(callOf());
    settle(0, failure('forbidden'));
    expect((await rejection(attempt)).kind).toBe('forbidden');
    expect(timers[0]?.off).toBe(true);
  });

  it('fails an attempt that exceeds its limit as a timeout, and cancels it', async () => {
    const { timely, calls, timers } = setUp();
    const attempt = timely(callOf(usersOperations.patch));
    let isCancelled = false;
    calls[0]?.canceller?.onCancel(() => {
      isCancelled = true;
    });
    timers[0]?.run();
    const error = await rejection(attempt);
    expect([error.kind, error.operation, timers[0]?.ms, isCancelled]).toEqual(['timeout', 'users.patch', 20, true]);
  });

  it('ends an attempt at once when its caller aborts', async () => {
    const { timely, calls, timers } = setUp();
    const caller = new AbortController();
    const attempt = timely(callOf(undefined, { signal: caller.signal }));
    const reason = new Error('client disconnected');
    caller.abort(reason);
    const error = await rejection(attempt);
    expect([error.kind, error.cause, timers[0]?.off, calls.length]).toEqual(['aborted', reason, true, 1]);
  });

  it('makes no attempt for a caller that has aborted already', async () => {
    const { timely, calls } = setUp();
    expect((await rejection(timely(callOf(undefined, { signal: AbortSignal.abort() })))).kind).toBe('aborted');
    expect(calls).toHaveLength(0);
  });

  it('ignores its caller’s signal after the attempt has ended', async () => {
    const { timely, calls, settle } = setUp();
    const caller = new AbortController();
    const attempt = timely(callOf(undefined, { signal: caller.signal }));
    let isCancelled = false;
    calls[0]?.canceller?.onCancel(() => {
      isCancelled = true;
    });
    settle(0, reply(200));
    await attempt;
    caller.abort();
    expect(isCancelled).toBe(false);
  });
});
