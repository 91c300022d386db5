/** Ends one attempt. There is one for each, so it is less than an `EventEmitter`: who listens last is told. */
export class Cancellation {
  #listener: (() => void) | undefined;

  onCancel(listener: () => void): void {
    this.#listener = listener;
  }

  cancel(): void {
    this.#listener?.();
  }
}
