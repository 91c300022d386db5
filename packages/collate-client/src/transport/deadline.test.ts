import { describe, expect, test } from 'vitest';
import { callOf, failure, pending, rejection, reply } from '../../test/support/scripted-transport.ts';
import { usersOperations } from '../operations.ts';
import { withDeadline } from './deadline.ts';

/** A deadline whose time the test lets pass. */
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

describe('an attempt', () => {
  test('brings its reply and leaves no timer behind', async () => {
    const { timely, settle, timers } = setUp();
    const attempt = timely(callOf());
    settle(0, reply(200));
    expect((await attempt).status).toBe(200);
    expect(timers).toMatchObject([{ ms: 8, off: true }]);
  });

  test('brings its failure and leaves no timer behind', async () => {
    const { timely, settle, timers } = setUp();
    const attempt = timely(callOf());
    settle(0, failure('forbidden'));
    expect((await rejection(attempt)).kind).toBe('forbidden');
    expect(timers[0]?.off).toBe(true);
  });

  test('that takes too long is a timeout, and is called off further in', async () => {
    const { timely, calls, timers } = setUp();
    const attempt = timely(callOf(usersOperations.patch));
    let calledOff = false;
    calls[0]?.cancellation?.onCancel(() => {
      calledOff = true;
    });
    timers[0]?.run();
    const error = await rejection(attempt);
    expect([error.kind, error.operation, timers[0]?.ms, calledOff]).toEqual(['timeout', 'users.patch', 20, true]);
  });

  test('ends when its caller leaves, without waiting for the connection to notice', async () => {
    const { timely, calls, timers } = setUp();
    const caller = new AbortController();
    const attempt = timely(callOf(undefined, { signal: caller.signal }));
    const reason = new Error('client left');
    caller.abort(reason);
    const error = await rejection(attempt);
    expect([error.kind, error.cause, timers[0]?.off, calls.length]).toEqual(['aborted', reason, true, 1]);
  });

  test('is not made for a caller who has left', async () => {
    const { timely, calls } = setUp();
    expect((await rejection(timely(callOf(undefined, { signal: AbortSignal.abort() })))).kind).toBe('aborted');
    expect(calls).toHaveLength(0);
  });

  test('no longer listens to its caller when it is over', async () => {
    const { timely, calls, settle } = setUp();
    const caller = new AbortController();
    const attempt = timely(callOf(undefined, { signal: caller.signal }));
    let calledOff = false;
    calls[0]?.cancellation?.onCancel(() => {
      calledOff = true;
    });
    settle(0, reply(200));
    await attempt;
    caller.abort();
    expect(calledOff).toBe(false);
  });
});
