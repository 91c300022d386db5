/** Cancels one attempt. It has one listener, the last to register, because an `EventEmitter` per attempt costs more. */
export class Canceller {
  #listener: (() => void) | undefined;

  onCancel(listener: () => void): void {
    this.#listener = listener;
  }

  cancel(): void {
    this.#listener?.();
  }
}
