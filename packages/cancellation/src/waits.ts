import { type StopSignal, throwIfAborted } from './stop-signal.ts';

/** Resolves after some milliseconds. Rejects with the signal's reason if the signal is aborted first. */
export function pause(milliseconds: number, signal: StopSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Settles as the promise does, or rejects with the signal's reason if the signal is aborted first. Only the wait ends:
 * the work behind the promise continues, and its later rejection counts as handled.
 */
export function orAborted<T>(promise: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
  });
}
