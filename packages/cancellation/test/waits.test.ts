import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { neverAborted, orAborted, pause, throwIfAborted } from '../src/index.ts';

const reason = new Error('the client disconnected');

/** An endless promise, and the functions that settle it. */
function pending(): { promise: Promise<string>; resolve(value: string): void; reject(error: unknown): void } {
  let resolve = (_value: string): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<string>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('throwIfAborted', () => {
  it('throws the reason of an aborted signal', () => {
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(reason);
  });

  it.each([undefined, neverAborted, new AbortController().signal])(
    'returns for a signal that is not aborted',
    (signal) => {
      expect(() => throwIfAborted(signal)).not.toThrow();
    },
  );
});

describe('pause', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([undefined, neverAborted])('resolves after its time and not before', async (signal) => {
    let isOver = false;
    const over = pause(100, signal).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await over;
  });

  it('rejects with the reason when the signal is aborted, and clears its timer', async () => {
    const controller = new AbortController();
    const paused = pause(100, controller.signal);
    controller.abort(reason);
    await expect(paused).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects instead of throwing when the signal is aborted already, and starts no timer', async () => {
    const paused = pause(100, AbortSignal.abort(reason));
    expect(vi.getTimerCount()).toBe(0);
    await expect(paused).rejects.toBe(reason);
  });

  it('leaves no listener on the signal when its time is over', async () => {
    const { signal } = new AbortController();
    const paused = pause(100, signal);
    expect(listenersOf(signal)).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    await paused;
    expect(listenersOf(signal)).toBe(0);
  });
});

describe('orAborted', () => {
  it('returns the promise itself without a signal', () => {
    const { promise } = pending();
    expect(orAborted(promise, undefined)).toBe(promise);
  });

  it.each([neverAborted, new AbortController().signal])('settles as the promise does', async (signal) => {
    await expect(orAborted(Promise.resolve('ada'), signal)).resolves.toBe('ada');
    await expect(orAborted(Promise.reject(reason), signal)).rejects.toBe(reason);
  });

  it('leaves no listener on the signal when the promise has settled', async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = pending();
    const waited = orAborted(promise, signal);
    expect(listenersOf(signal)).toBe(1);
    resolve('ada');
    await waited;
    expect(listenersOf(signal)).toBe(0);
  });

  it('rejects with the reason when the signal is aborted, and handles a later rejection of the promise', async () => {
    const controller = new AbortController();
    const { promise, reject } = pending();
    const waited = orAborted(promise, controller.signal);
    controller.abort(reason);
    await expect(waited).rejects.toBe(reason);
    reject(new Error('too late'));
  });

  it('rejects instead of throwing when the signal is aborted already', async () => {
    const { promise, reject } = pending();
    const waited = orAborted(promise, AbortSignal.abort(reason));
    await expect(waited).rejects.toBe(reason);
    reject(new Error('too late'));
  });
});
