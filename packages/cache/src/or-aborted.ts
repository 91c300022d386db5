import { type StopSignal, throwIfStopped } from './stop-signal.ts';

/** The promise's outcome, or a rejection with the signal's reason if that is first. The work behind the promise continues. */
export function orAborted<T>(promise: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  throwIfStopped(signal);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
