import { describe, expect, test } from 'vitest';
import { callOf, failure, pending, rejection, reply, settled } from '../../test/support/scripted-transport.ts';
import { Gate, withLimit } from './limit.ts';

function setUp(concurrency: number, queue: number) {
  const { transport, calls, settle } = pending();
  const limited = withLimit(transport, new Gate({ concurrency, queue }));
  return { calls, settle, call: (path = '/', signal?: AbortSignal) => limited(callOf(undefined, { path, signal })) };
}

describe('a limit', () => {
  test('lets no more through than it says, and the others in their order', async () => {
    const { calls, settle, call } = setUp(2, 10);
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((path) => call(path)));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b']);
    settle(1, reply(200));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
    settle(0, failure('unreachable'));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd']);
    settle(2, reply(200));
    settle(3, reply(200));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    const next = call('e');
    settle(4, reply(200));
    await next;
  });

  test('refuses at once what would have to wait behind too many', async () => {
    const { calls, settle, call } = setUp(1, 1);
    const first = call();
    const second = call();
    const error = await rejection(call());
    expect([error.kind, error.status]).toEqual(['unavailable', undefined]);
    settle(0, reply(200));
    await first;
    await settled();
    settle(1, reply(200));
    await second;
    expect(calls).toHaveLength(2);
  });

  test('forgets a caller who leaves while waiting', async () => {
    const { calls, settle, call } = setUp(1, 1);
    const caller = new AbortController();
    const first = call('first');
    const waiting = call('left', caller.signal);
    caller.abort(new Error('gone'));
    expect((await rejection(waiting)).kind).toBe('aborted');
    const third = call('third');
    settle(0, reply(200));
    await first;
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['first', 'third']);
    settle(1, reply(200));
    await third;
  });
});
