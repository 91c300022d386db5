import { describe, expect, test } from 'vitest';
import { callOf, failure, type Outcome, rejection, reply, script } from '../../test/support/scripted-transport.ts';
import { systemOperations, usersOperations } from '../operations.ts';
import { rotationWindowMs, withAuthentication } from './authenticate.ts';
import type { Call } from './transport.ts';

/** A server that accepts some tokens, a principal whose token changes, and a clock. */
function setUp(accepted: readonly string[], token: string) {
  const state = { accepted: new Set(accepted), token, now: 0 };
  const serve = async ({ token: sent }: Call) => {
    if (sent !== undefined && state.accepted.has(sent)) return reply(200);
    throw failure('unauthorized', { status: 401 });
  };
  const { transport, calls } = script(serve as Outcome);
  const principal = { token: () => state.token, name: undefined };
  const authenticated = withAuthentication(transport, { principal, clock: () => state.now });
  return {
    state,
    calls,
    call: () => authenticated(callOf(usersOperations.create)),
    sent: () => calls.map((c) => c.token),
  };
}

describe('a credential', () => {
  test('is asked for anew for every call', async () => {
    const { state, call, sent } = setUp(['one', 'two'], 'one');
    await call();
    state.token = 'two';
    await call();
    expect(sent()).toEqual(['one', 'two']);
  });

  test('is not sent where nobody asks who calls', async () => {
    const { transport, calls } = script(reply(200));
    const principal = { token: () => 'secret', name: undefined };
    await withAuthentication(transport, { principal, clock: () => 0 })(callOf(systemOperations.version));
    expect(calls[0]?.token).toBeUndefined();
  });

  test('that is missing fails calls that need one without sending them, and no others', async () => {
    const { transport, calls } = script(reply(200));
    const principal = { token: undefined, name: undefined };
    const authenticated = withAuthentication(transport, { principal, clock: () => 0 });
    expect((await rejection(authenticated(callOf(usersOperations.create)))).kind).toBe('unauthorized');
    expect(calls).toHaveLength(0);
    await authenticated(callOf(systemOperations.version));
    expect(calls).toHaveLength(1);
  });

  test.each([
    ['empty', ''],
    ['broken into lines', 'abc\ndef'],
    ['not ASCII', 'tökén'],
  ])('is not sent when it is %s', async (_name, token) => {
    const { calls, call } = setUp([], token);
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(calls).toHaveLength(0);
  });

  test('that is refused fails the call when there is no other', async () => {
    const { call, sent } = setUp([], 'one');
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(sent()).toEqual(['one']);
  });
});

describe('a credential that takes the place of another', () => {
  test('while a call is refused is tried at once', async () => {
    const { transport, calls } = script(failure('unauthorized'), reply(200));
    const tokens = ['old', 'new', 'new'];
    const principal = { token: () => tokens.shift() ?? 'new', name: undefined };
    await withAuthentication(transport, { principal, clock: () => 0 })(callOf());
    expect(calls.map(({ token }) => token)).toEqual(['old', 'new']);
  });

  test('before the server accepts it leaves the old one in use', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    await call();
    await call();
    expect(sent()).toEqual(['old', 'new', 'old', 'old']);
  });

  test('is used as soon as the server refuses the old one', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    await call();
    state.accepted = new Set(['new']);
    await call();
    await call();
    expect(sent()).toEqual(['old', 'new', 'old', 'old', 'new', 'new']);
  });

  test('fails after both were refused, with two attempts', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    state.accepted = new Set();
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(sent()).toEqual(['old', 'new', 'old']);
  });

  test('is the only one after three minutes', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    await call();
    state.now = rotationWindowMs;
    await call();
    state.now = rotationWindowMs + 1;
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(sent()).toEqual(['old', 'new', 'old', 'old', 'new']);
  });

  test('does not help a call that lacks a right', async () => {
    const { transport, calls } = script(failure('forbidden'));
    const tokens = ['old', 'new'];
    const principal = { token: () => tokens.shift() ?? 'new', name: undefined };
    const authenticated = withAuthentication(transport, { principal, clock: () => 0 });
    expect((await rejection(authenticated(callOf()))).kind).toBe('forbidden');
    expect(calls).toHaveLength(1);
  });
});
