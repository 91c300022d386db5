/** Tells when somebody stops waiting. An `AbortSignal` does; so may something that costs less. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Throws the signal's reason when it has fired already. */
export function throwIfStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
