import { describe, expect, test } from 'vitest';
import {
  callOf,
  failure,
  type Outcome,
  pending,
  rejection,
  reply,
  script,
} from '../../test/support/scripted-transport.ts';
import type { CollateErrorKind } from '../model/index.ts';
import type { CircuitStatus } from '../observer.ts';
import { usersOperations } from '../operations.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import type { Transport } from './transport.ts';

const options = { threshold: 0.5, windowMs: 60_000, minimumCalls: 10, openMs: 60_000 };

function guard(transport: Transport, more: Partial<typeof options> = {}) {
  const states: CircuitStatus[] = [];
  const guarded = withCircuitBreaker(transport, {
    ...options,
    ...more,
    observer: {
      onCircuit: ({ state, from }) => {
        expect(from).toBe(states.at(-1) ?? 'closed');
        states.push(state);
      },
    },
  });
  const call = (operation = callOf()) =>
    guarded(operation).then(
      () => 'ok',
      ({ kind }: { readonly kind: CollateErrorKind }) => kind,
    );
  return { states, call, guarded };
}

async function repeat(times: number, run: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index += 1) await run();
}

/** Outcomes first, and the same one for ever after. */
function sequence(outcomes: readonly Outcome[], rest: Outcome) {
  return script(...outcomes, rest);
}

describe('a circuit', () => {
  test('opens when most calls fail for the sake of the server, and nothing more is sent', async () => {
    const { transport, calls } = script(failure('unreachable'));
    const { call, states } = guard(transport);
    await repeat(12, call);
    const sent = calls.length;
    expect(await call()).toBe('circuit-open');
    expect([calls.length, states]).toEqual([sent, ['open']]);
    expect(sent).toBeLessThan(13);
  });

  test('tells when to come back', async () => {
    const { transport } = script(failure('timeout'));
    const { call, guarded } = guard(transport);
    await repeat(15, call);
    expect((await rejection(guarded(callOf()))).retryAfterMs).toBe(60_000);
  });

  test('stays closed on few calls', async () => {
    const { transport, calls } = script(failure('unreachable'));
    const { call } = guard(transport);
    await repeat(8, call);
    expect(calls).toHaveLength(8);
  });

  test('stays closed while most calls are answered', async () => {
    const outcomes = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? failure('timeout') : reply(200)));
    const { transport } = sequence(outcomes, reply(200));
    const { call, states } = guard(transport);
    await repeat(60, call);
    expect(states).toEqual([]);
  });

  test.each([
    'unauthorized',
    'forbidden',
    'not-found',
    'conflict',
    'rejected',
    'rate-limited',
    'quota',
    'malformed',
  ] as const)('stays closed after %s: the server is alive', async (kind) => {
    const { transport } = script(failure(kind));
    const { call, states } = guard(transport);
    await repeat(40, call);
    expect(states).toEqual([]);
  });

  test('stays closed when writes fail with 500, and opens when reads do', async () => {
    const { transport } = script(failure('unavailable', { status: 500 }));
    const { call, states } = guard(transport);
    await repeat(40, () => call(callOf(usersOperations.patch)));
    expect(states).toEqual([]);
    const reading = guard(transport);
    await repeat(15, reading.call);
    expect(reading.states).toEqual(['open']);
  });

  test('stays closed when callers leave', async () => {
    const { transport } = script(failure('aborted'));
    const { call, states } = guard(transport);
    await repeat(40, call);
    expect(states).toEqual([]);
  });

  test('lets one call through after a while, and closes when it is answered', async () => {
    const { transport } = sequence(
      Array.from({ length: 12 }, () => failure('unreachable')),
      reply(200),
    );
    const { call, states } = guard(transport, { openMs: 0 });
    await repeat(30, call);
    expect(await call()).toBe('ok');
    expect(states.at(0)).toBe('open');
    expect(states.at(-1)).toBe('closed');
  });

  test('refuses the others while that one call is under way, and opens again when it fails', async () => {
    const failing = Array.from({ length: 20 }, () => failure('unreachable'));
    const probe = pending();
    let armed = false;
    const first = script(...failing);
    const { call, states } = guard((sent) => (armed ? probe.transport(sent) : first.transport(sent)), { openMs: 0 });
    while (!states.includes('open')) await call();
    armed = true;
    const probing = call();
    expect(await call()).toBe('circuit-open');
    expect(probe.calls).toHaveLength(1);
    probe.settle(0, failure('timeout'));
    expect(await probing).toBe('timeout');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  test('does not close because the caller of that one call leaves', async () => {
    const outcomes = Array.from({ length: 40 }, () => failure('unreachable'));
    const leaving = failure('aborted');
    let left = false;
    const { transport } = script(...outcomes);
    const { call, states } = guard((sent) => (left ? Promise.reject(leaving) : transport(sent)), { openMs: 0 });
    while (!states.includes('open')) await call();
    left = true;
    expect(await call()).toBe('aborted');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });
});

test('a mistake of our own passes through', async () => {
  const { guarded } = guard(() => Promise.reject(new RangeError('bug')));
  await expect(guarded(callOf())).rejects.toThrow(RangeError);
});
