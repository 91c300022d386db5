import { type StopSignal, throwIfStopped } from './stop-signal.ts';

/**
 * Resolves after some milliseconds.
 *
 * @throws the signal's reason when it fires first.
 */
export function pause(milliseconds: number, signal: StopSignal | undefined): Promise<void> {
  throwIfStopped(signal);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
