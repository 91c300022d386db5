import { describe, expect, it } from 'vitest';
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

describe('withAuthentication', () => {
  it('reads the credential for every call', async () => {
    const { state, call, sent } = setUp(['one', 'two'], 'one');
    await call();
    state.token = 'two';
    await call();
    expect(sent()).toEqual(['one', 'two']);
  });

  it('sends no credential to a public endpoint', async () => {
    const { transport, calls } = script(reply(200));
    const principal = { token: () => 'secret', name: undefined };
    await withAuthentication(transport, { principal, clock: () => 0 })(callOf(systemOperations.version));
    expect(calls[0]?.token).toBeUndefined();
  });

  it('without a credential fails calls that require one before sending them, and sends public calls', async () => {
    const { transport, calls } = script(reply(200));
    const principal = { token: undefined, name: undefined };
    const authenticated = withAuthentication(transport, { principal, clock: () => 0 });
    expect((await rejection(authenticated(callOf(usersOperations.create)))).kind).toBe('unauthorized');
    expect(calls).toHaveLength(0);
    await authenticated(callOf(systemOperations.version));
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['empty', ''],
    ['of two lines', 'abc\ndef'],
    ['not ASCII', 'tökén'],
  ])('does not send a credential that is %s', async (_name, token) => {
    const { calls, call } = setUp([], token);
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(calls).toHaveLength(0);
  });

  it('fails a call whose only credential is refused', async () => {
    const { call, sent } = setUp([], 'one');
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(sent()).toEqual(['one']);
  });
});

describe('withAuthentication, while a credential is rotated,', () => {
  it('retries a refused call at once with a credential that has just changed', async () => {
    const { transport, calls } = script(failure('unauthorized'), reply(200));
    const tokens = ['old', 'new', 'new'];
    const principal = { token: () => tokens.shift() ?? 'new', name: undefined };
    await withAuthentication(transport, { principal, clock: () => 0 })(callOf());
    expect(calls.map(({ token }) => token)).toEqual(['old', 'new']);
  });

  it('uses the old credential until the server accepts the new one', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    await call();
    await call();
    expect(sent()).toEqual(['old', 'new', 'old', 'old']);
  });

  it('uses the new credential as soon as the server refuses the old one', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    await call();
    state.accepted = new Set(['new']);
    await call();
    await call();
    expect(sent()).toEqual(['old', 'new', 'old', 'old', 'new', 'new']);
  });

  it('fails after two attempts when the server refuses both credentials', async () => {
    const { state, call, sent } = setUp(['old'], 'old');
    await call();
    state.token = 'new';
    state.accepted = new Set();
    expect((await rejection(call())).kind).toBe('unauthorized');
    expect(sent()).toEqual(['old', 'new', 'old']);
  });

  it('no longer tries the old credential after three minutes', async () => {
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

  it('does not try the other credential when a right is missing', async () => {
    const { transport, calls } = script(failure('forbidden'));
    const tokens = ['old', 'new'];
    const principal = { token: () => tokens.shift() ?? 'new', name: undefined };
    const authenticated = withAuthentication(transport, { principal, clock: () => 0 });
    expect((await rejection(authenticated(callOf()))).kind).toBe('forbidden');
    expect(calls).toHaveLength(1);
  });
});
