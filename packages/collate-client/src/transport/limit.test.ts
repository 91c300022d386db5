import { describe, expect, it } from 'vitest';
import { callOf, failure, pending, rejection, reply, settled } from '../../test/support/scripted-transport.ts';
import type { Priority } from '../api.ts';
import type { Load } from '../observer.ts';
import { Gate, withLimit } from './limit.ts';

function setUp(concurrency: number, queue: number) {
  const { transport, calls, settle } = pending();
  const loads: Load[] = [];
  const observer = { onLoad: (load: Load) => loads.push(load) };
  const limited = withLimit(transport, new Gate({ concurrency, minimum: 2, queue, observer }));
  return {
    calls,
    settle,
    paths: () => calls.map(({ path }) => path),
    load: () => loads.at(-1),
    call: (path = '/', signal?: AbortSignal, priority?: Priority) =>
      limited(callOf(undefined, { path, signal, priority })),
  };
}

describe('withLimit', () => {
  it('lets no more calls through than its limit, and the others in order of arrival', async () => {
    // One of the three places is reserved for urgent calls.
    const { calls, settle, call } = setUp(3, 10);
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((path) => call(path)));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b']);
    settle(1, reply(200));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
    settle(0, failure('conflict', { status: 409 }));
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd']);
    settle(2, reply(200));
    settle(3, reply(200));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    const next = call('e');
    await settled();
    settle(4, reply(200));
    await next;
  });

  it('fails a call at once when the queue is full', async () => {
    const { calls, settle, call } = setUp(1, 1);
    const first = call();
    const second = call();
    const error = await rejection(call());
    expect([error.kind, error.status]).toEqual(['unavailable', undefined]);
    expect(error.mayTakeEffect).toBe(false);
    settle(0, reply(200));
    await first;
    await settled();
    settle(1, reply(200));
    await second;
    expect(calls).toHaveLength(2);
  });

  it('removes a call from the queue when its caller aborts', async () => {
    const { calls, settle, call } = setUp(1, 1);
    const caller = new AbortController();
    const first = call('first');
    const waiting = call('aborted', caller.signal);
    caller.abort(new Error('aborted'));
    const error = await rejection(waiting);
    expect([error.kind, error.unsent]).toEqual(['aborted', true]);
    const third = call('third');
    settle(0, reply(200));
    await first;
    await settled();
    expect(calls.map(({ path }) => path)).toEqual(['first', 'third']);
    settle(1, reply(200));
    await third;
  });
});

describe('withLimit, for urgent calls,', () => {
  it('reserves places that normal calls cannot take, and shares the rest', async () => {
    const { paths, call, load } = setUp(16, 100);
    const all = [
      ...Array.from({ length: 20 }, (_, index) => call(`normal${index}`)),
      ...Array.from({ length: 3 }, (_, index) => call(`urgent${index}`, undefined, 'urgent')),
    ];
    await settled();
    expect(paths().filter((path) => path.startsWith('normal'))).toHaveLength(14);
    expect(paths().slice(14)).toEqual(['urgent0', 'urgent1']);
    expect(load()).toEqual({ places: 16, busy: 16, waiting: { urgent: 1, normal: 6 } });
    expect(all).toHaveLength(23);
  });

  it('lets them pass all waiting calls', async () => {
    const { paths, call, settle } = setUp(2, 10);
    const all = [call('a'), call('b'), call('c'), call('x', undefined, 'urgent'), call('y', undefined, 'urgent')];
    await settled();
    expect(paths()).toEqual(['a', 'x']);
    settle(0, reply(200));
    await settled();
    settle(1, reply(200));
    await settled();
    expect(paths()).toEqual(['a', 'x', 'y']);
    settle(2, reply(200));
    await settled();
    expect(paths()).toEqual(['a', 'x', 'y', 'b']);
    settle(3, reply(200));
    await settled();
    settle(4, reply(200));
    expect(await Promise.all(all)).toHaveLength(5);
  });

  it('has a queue of their own, which is bounded too', async () => {
    const { call } = setUp(2, 1);
    const running = [call(), call(undefined, undefined, 'urgent'), call(), call(undefined, undefined, 'urgent')];
    expect((await rejection(call())).kind).toBe('unavailable');
    expect((await rejection(call(undefined, undefined, 'urgent'))).kind).toBe('unavailable');
    expect(running).toHaveLength(4);
  });
});

describe('the places of withLimit', () => {
  it.each([
    ['unreachable', failure('unreachable'), 8],
    ['timeout', failure('timeout'), 8],
    ['429', failure('rate-limited', { status: 429 }), 8],
    ['503', failure('unavailable', { status: 503 }), 8],
    ['a write that fails with 500', failure('unavailable', { status: 500 }), 16],
    ['a spent quota', failure('quota', { status: 429 }), 16],
    ['a conflict', failure('conflict', { status: 409 }), 16],
    ['an aborted call', failure('aborted'), 16],
    ['a withheld write', failure('withheld'), 16],
  ])('follow the outcome of a call: %s', async (_name, error, places) => {
    const { call, settle, load } = setUp(16, 1);
    const outcome = rejection(call());
    await settled();
    settle(0, error);
    await outcome;
    expect(load()).toEqual({ places, busy: 0, waiting: { urgent: 0, normal: 0 } });
  });

  it('are not given to waiting calls after the limit was reduced', async () => {
    const { calls, settle, call, load } = setUp(16, 100);
    const all = Promise.allSettled(Array.from({ length: 30 }, () => call()));
    await settled();
    expect(calls).toHaveLength(14);
    for (let index = 0; index < 7; index += 1) settle(index, failure('timeout'));
    await settled();
    expect([calls.length, load()?.busy]).toEqual([14, 7]);
    for (let index = 7; index < 30; index += 1) {
      settle(index, reply(200));
      await settled();
    }
    expect(await all).toHaveLength(30);
  });
});
