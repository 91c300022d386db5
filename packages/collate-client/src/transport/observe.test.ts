import { describe, expect, it } from 'vitest';
import { callOf, failure, rejection, reply, script } from '../../test/support/scripted-transport.ts';
import type { CallEvent } from '../observer.ts';
import { withObservation } from './observe.ts';

describe('withObservation', () => {
  it('reports the outcome and the duration of every attempt', async () => {
    const { transport } = script(reply(201), failure('not-found', { status: 404 }), failure('unreachable'));
    const events: CallEvent[] = [];
    let time = 0;
    const observed = withObservation(transport, {
      observer: { onCall: (event) => events.push(event) },
      now: () => {
        time += 5;
        return time;
      },
      isOwn: true,
    });
    await observed(callOf());
    await rejection(observed(callOf()));
    await rejection(observed(callOf()));
    const operation = 'users.findById';
    expect(events).toEqual([
      { operation, status: 201, outcome: 'ok', durationMs: 5, judgesOwnCredential: true },
      { operation, status: 404, outcome: 'not-found', durationMs: 5, judgesOwnCredential: true },
      { operation, status: undefined, outcome: 'unreachable', durationMs: 5, judgesOwnCredential: true },
    ]);
  });

  it('returns the transport itself when no observer listens', () => {
    const { transport } = script(reply(200));
    expect(withObservation(transport, { observer: {}, now: () => 0, isOwn: true })).toBe(transport);
  });
});
