import { describe, expect, it } from 'vitest';
import { callOf, failure, pending, rejection, reply, script } from '../../test/support/scripted-transport.ts';
import type { CollateErrorKind } from '../model/index.ts';
import type { CircuitStatus } from '../observer.ts';
import { usersOperations } from '../operations.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import type { Transport } from './transport.ts';

const options = { threshold: 0.5, windowMs: 60_000, minimumCalls: 10, openMs: 60_000 };

function setUp(transport: Transport) {
  const clock = { now: 0 };
  const states: CircuitStatus[] = [];
  const guarded = withCircuitBreaker(transport, {
    ...options,
    now: () => clock.now,
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
  return { states, call, guarded, clock };
}

async function repeat(times: number, run: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index += 1) await run();
}

describe('withCircuitBreaker', () => {
  it('opens when most calls fail because of the server, and then sends nothing', async () => {
    const { transport, calls } = script(failure('unreachable'));
    const { call, states } = setUp(transport);
    await repeat(12, call);
    const sent = calls.length;
    expect(await call()).toBe('circuit-open');
    expect([calls.length, states]).toEqual([sent, ['open']]);
    expect(sent).toBeLessThan(13);
  });

  it('names the time until the next probe in its errors', async () => {
    const { transport } = script(failure('timeout'));
    const { call, guarded } = setUp(transport);
    await repeat(15, call);
    expect((await rejection(guarded(callOf()))).retryAfterMs).toBe(60_000);
  });

  it('stays closed on few calls', async () => {
    const { transport, calls } = script(failure('unreachable'));
    const { call } = setUp(transport);
    await repeat(8, call);
    expect(calls).toHaveLength(8);
  });

  it('stays closed while most calls succeed', async () => {
    const outcomes = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? failure('timeout') : reply(200)));
    const { transport } = script(...outcomes, reply(200));
    const { call, states } = setUp(transport);
    await repeat(60, call);
    expect(states).toEqual([]);
  });

  it.each([
    'unauthorized',
    'forbidden',
    'not-found',
    'conflict',
    'rejected',
    'rate-limited',
    'quota',
    'malformed',
  ] as const)('stays closed after %s, which proves that the server is alive', async (kind) => {
    const { transport } = script(failure(kind));
    const { call, states } = setUp(transport);
    await repeat(40, call);
    expect(states).toEqual([]);
  });

  it('stays closed when writes fail with 500, and opens when reads do', async () => {
    const { transport } = script(failure('unavailable', { status: 500 }));
    const { call, states } = setUp(transport);
    await repeat(40, () => call(callOf(usersOperations.patch)));
    expect(states).toEqual([]);
    const reading = setUp(transport);
    await repeat(15, reading.call);
    expect(reading.states).toEqual(['open']);
  });

  it('stays closed when callers abort', async () => {
    const { transport } = script(failure('aborted'));
    const { call, states } = setUp(transport);
    await repeat(40, call);
    expect(states).toEqual([]);
  });

  it('sends one call as a probe after a while, and closes when it succeeds', async () => {
    const { transport } = script(...Array.from({ length: 10 }, () => failure('unreachable')), reply(200));
    const { call, states, clock } = setUp(transport);
    await repeat(10, call);
    clock.now = 59_999;
    expect(await call()).toBe('circuit-open');
    clock.now = 60_000;
    expect(await call()).toBe('ok');
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  it('refuses all other calls while the probe is in flight, and opens again when it fails', async () => {
    const failing = Array.from({ length: 20 }, () => failure('unreachable'));
    const probe = pending();
    let armed = false;
    const first = script(...failing);
    const { call, states, clock } = setUp((sent) => (armed ? probe.transport(sent) : first.transport(sent)));
    while (!states.includes('open')) await call();
    armed = true;
    clock.now = 60_000;
    const probing = call();
    expect(await call()).toBe('circuit-open');
    expect(probe.calls).toHaveLength(1);
    probe.settle(0, failure('timeout'));
    expect(await probing).toBe('timeout');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('opens again when the caller of the probe aborts', async () => {
    const outcomes = Array.from({ length: 40 }, () => failure('unreachable'));
    const aborted = failure('aborted');
    let hasAborted = false;
    const { transport } = script(...outcomes);
    const { call, states, clock } = setUp((sent) => (hasAborted ? Promise.reject(aborted) : transport(sent)));
    while (!states.includes('open')) await call();
    hasAborted = true;
    clock.now = 60_000;
    expect(await call()).toBe('aborted');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('opens again when the probe is not sent because the queue is full', async () => {
    const outcomes = Array.from({ length: 10 }, () => failure('unreachable'));
    const { transport } = script(...outcomes, failure('unavailable', { unsent: true }));
    const { call, states, clock } = setUp(transport);
    await repeat(10, call);
    clock.now = 60_000;
    expect(await call()).toBe('unavailable');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('ignores failures that are older than its window', async () => {
    const { transport } = script(failure('unreachable'));
    const { call, states, clock } = setUp(transport);
    await repeat(9, call);
    clock.now = 60_000;
    await repeat(9, call);
    expect(states).toEqual([]);
    await call();
    expect(states).toEqual(['open']);
  });

  it('ignores a call that was sent before the last change of state', async () => {
    const late = pending();
    let isLate = true;
    const failing = script(failure('unreachable'));
    const { call, states, clock } = setUp((sent) => (isLate ? late.transport(sent) : failing.transport(sent)));
    const slow = call();
    isLate = false;
    await repeat(10, call);
    expect(states).toEqual(['open']);
    clock.now = 60_000;
    isLate = true;
    const probing = call();
    late.settle(0, failure('unreachable'));
    expect(await slow).toBe('unreachable');
    expect(states).toEqual(['open', 'half-open']);
    late.settle(1, reply(200));
    expect(await probing).toBe('ok');
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });
});

it('withCircuitBreaker passes an error on that is not a CollateError', async () => {
  const { guarded } = setUp(() => Promise.reject(new RangeError('bug')));
  await expect(guarded(callOf())).rejects.toThrow(RangeError);
});
