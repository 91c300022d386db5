export { neverAborted, type StopSignal, throwIfAborted } from './stop-signal.ts';
export { orAborted, pause } from './waits.ts';
