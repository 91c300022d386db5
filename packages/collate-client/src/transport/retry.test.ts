import { describe, expect, it } from 'vitest';
import { callOf, failure, type Outcome, rejection, reply, script } from '../../test/support/scripted-transport.ts';
import type { CollateErrorKind } from '../model/index.ts';
import { teamsOperations, usersOperations } from '../operations.ts';
import { type RetrySettings, withRetry } from './retry.ts';

function setUp(outcomes: readonly Outcome[], more: Partial<RetrySettings> = {}) {
  const { transport, calls } = script(...outcomes);
  const waits: number[] = [];
  const reasons: CollateErrorKind[] = [];
  const retrying = withRetry(transport, {
    attempts: 3,
    baseDelayMs: 100,
    maxDelayMs: 2000,
    clock: () => 10_000,
    random: () => 0.5,
    pause: async (ms) => {
      waits.push(ms);
    },
    observer: { onRetry: ({ reason }) => reasons.push(reason) },
    ...more,
  });
  return { retrying, calls, waits, reasons };
}

const { findById, create, patch, remove } = usersOperations;
const ok = reply(200);

describe('withRetry, for an idempotent call,', () => {
  it.each([
    ['the server is unreachable', failure('unreachable')],
    ['an attempt takes too long', failure('timeout')],
    ['a proxy answers 502', failure('unavailable', { status: 502 })],
    ['a proxy answers 503', failure('unavailable', { status: 503 })],
    ['a proxy answers 504', failure('unavailable', { status: 504 })],
    ['a read fails with 500', failure('unavailable', { status: 500 })],
  ])('repeats it when %s', async (_name, error) => {
    const { retrying, calls, waits, reasons } = setUp([error, error, ok]);
    expect((await retrying(callOf(findById))).status).toBe(200);
    expect([calls.length, waits, reasons]).toEqual([3, [50, 100], [error.kind, error.kind]]);
  });

  it.each([
    ['circuit-open'],
    ['unauthorized'],
    ['forbidden'],
    ['not-found'],
    ['conflict'],
    ['precondition-failed'],
    ['rejected'],
    ['quota'],
    ['malformed'],
    ['aborted'],
  ] as const)('does not repeat it after %s', async (kind) => {
    const { retrying, calls } = setUp([failure(kind), ok]);
    expect((await rejection(retrying(callOf(findById)))).kind).toBe(kind);
    expect(calls).toHaveLength(1);
  });

  it('does not repeat it when the queue is full', async () => {
    const { retrying, calls } = setUp([failure('unavailable'), ok]);
    await rejection(retrying(callOf(findById)));
    expect(calls).toHaveLength(1);
  });

  it('does not repeat a write that failed with 500', async () => {
    const { retrying, calls } = setUp([failure('unavailable', { status: 500 }), ok]);
    await rejection(retrying(callOf(remove)));
    expect(calls).toHaveLength(1);
  });

  it('fails after the last attempt', async () => {
    const { retrying, calls } = setUp([failure('timeout')]);
    expect((await rejection(retrying(callOf(findById)))).kind).toBe('timeout');
    expect(calls).toHaveLength(3);
  });

  it('fails at once and reports it when the retry budget is empty', async () => {
    const refused: string[] = [];
    const { retrying, calls, reasons } = setUp([failure('timeout')], {
      observer: { onRetryRefused: ({ operation, reason }) => refused.push(`${operation} ${reason}`) },
    });
    for (let call = 0; call < 200; call += 1) await rejection(retrying(callOf(findById)));
    expect(reasons).toEqual([]);
    expect((calls.length - 200) / 200).toBeLessThan(0.35);
    expect(refused).toContain('users.findById timeout');
    const before = calls.length;
    for (let call = 0; call < 1000; call += 1) await rejection(retrying(callOf(findById)));
    expect((calls.length - before - 1000) / 1000).toBeCloseTo(0.2, 1);
  });

  it('waits a random time, up to the longest wait', async () => {
    const shortest = setUp([failure('timeout'), ok], { random: () => 0 });
    await shortest.retrying(callOf(findById));
    expect(shortest.waits).toEqual([0]);
    const longest = setUp([failure('timeout')], { attempts: 9, random: () => 0.999, maxDelayMs: 300 });
    await rejection(longest.retrying(callOf(findById)));
    expect(Math.max(...longest.waits)).toBeLessThan(300);
  });
});

describe('withRetry, for a call that is not idempotent,', () => {
  it.each([create, patch, teamsOperations.create, teamsOperations.patch])('sends it once: $name', async (operation) => {
    const { retrying, calls } = setUp([failure('unreachable'), ok]);
    await rejection(retrying(callOf(operation)));
    expect(calls).toHaveLength(1);
  });
});

describe('withRetry, after a Retry-After,', () => {
  it('waits for a short one', async () => {
    const { retrying, waits } = setUp([failure('rate-limited', { retryAfterMs: 1000 }), ok]);
    await retrying(callOf(remove));
    expect(waits).toEqual([1050]);
  });

  it('waits for one of an overloaded server', async () => {
    const { retrying, waits } = setUp([failure('unavailable', { status: 503, retryAfterMs: 1000 }), ok]);
    await retrying(callOf(findById));
    expect(waits).toEqual([1050]);
  });

  it('fails at once for a long one, and names it in the error', async () => {
    const { retrying, calls } = setUp([failure('rate-limited', { retryAfterMs: 60_000 }), ok]);
    expect((await rejection(retrying(callOf(findById)))).retryAfterMs).toBe(60_000);
    expect(calls).toHaveLength(1);
  });

  it('fails at once when a rate limit comes without it', async () => {
    const { retrying, calls } = setUp([failure('rate-limited'), ok]);
    await rejection(retrying(callOf(findById)));
    expect(calls).toHaveLength(1);
  });

  it('fails at once when it ends after the caller’s deadline', async () => {
    const { retrying, calls } = setUp([failure('rate-limited', { retryAfterMs: 1000 }), ok]);
    await rejection(retrying(callOf(findById, { deadline: 10_900 })));
    expect(calls).toHaveLength(1);
    await retrying(callOf(findById, { deadline: 12_000 }));
  });
});

describe('withRetry, when the caller aborts,', () => {
  it('sends nothing if that is before the call', async () => {
    const { retrying, calls } = setUp([ok]);
    const error = await rejection(retrying(callOf(findById, { signal: AbortSignal.abort('stopped') })));
    expect([error.kind, error.cause, calls.length]).toEqual(['aborted', 'stopped', 0]);
  });

  it('ends the wait between two attempts', async () => {
    const caller = new AbortController();
    const { retrying, calls } = setUp([failure('timeout'), ok], {
      pause: async (_ms, signal) => {
        caller.abort('stopped');
        throw signal?.reason;
      },
    });
    expect((await rejection(retrying(callOf(findById, { signal: caller.signal })))).kind).toBe('aborted');
    expect(calls).toHaveLength(1);
  });
});

it('withRetry does not repeat a call after an error that is not a CollateError', async () => {
  const { retrying, calls } = setUp([() => Promise.reject(new RangeError('bug'))]);
  await expect(retrying(callOf(findById))).rejects.toThrow(RangeError);
  expect(calls).toHaveLength(1);
});
