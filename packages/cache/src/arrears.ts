/**
 * Changes of shared data that Redis has not received, by name. Until they are made up for, this process believes
 * nothing in Redis and acknowledges no change.
 */
export class Arrears {
  readonly #open = new Map<string, () => Promise<unknown>>();
  #settlement: Promise<void> | undefined;

  /** Records a failed change; `makeUp` repeats it, or drops what it would have changed. */
  add(name: string, makeUp: () => Promise<unknown>): void {
    this.#open.set(name, makeUp);
  }

  /** Makes up for all failed changes; false while Redis does not answer. */
  async settle(): Promise<boolean> {
    try {
      while (this.#open.size > 0) {
        this.#settlement ??= this.#makeUp().finally(() => {
          this.#settlement = undefined;
        });
        await this.#settlement;
      }
      return true;
    } catch {
      // The connection has reported the failed command. The change stays recorded, and is tried again.
      return false;
    }
  }

  async #makeUp(): Promise<void> {
    for (const [name, makeUp] of this.#open) {
      await makeUp();
      // The change may have failed once more during its repetition.
      if (this.#open.get(name) === makeUp) this.#open.delete(name);
    }
  }
}
