/** The part of an `AbortSignal` that ends a wait. Every `AbortSignal` is one; a cheaper object may be one too. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why the signal is aborted; `undefined` before. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** For work that no caller may end. */
export const neverAborted: StopSignal = {
  aborted: false,
  reason: undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

/** @throws the signal's reason if it is aborted. */
export function throwIfAborted(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
