/** Trouble to make on purpose. */
export interface Fault {
  /** A part of `METHOD /path`, or `*`. */
  readonly match: string;
  /** Instead of the effect, or after it, so that only the answer is lost. */
  readonly when: 'before' | 'after';
  readonly status?: number;
  /** Milliseconds to wait; with nothing else the call then goes on. */
  readonly delay?: number;
  readonly reset?: boolean;
  readonly truncate?: boolean;
  /** Sent along with `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many calls it meets; all when absent. */
  readonly times?: number;
}

/** The faults in force, each counted down as it strikes. */
export class Faults {
  #armed: { readonly fault: Fault; left: number }[] = [];

  arm(faults: readonly Fault[]): void {
    this.#armed = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that meets the call at this moment, counted. */
  strike(call: string, when: Fault['when']): Fault | undefined {
    const armed = this.#armed.find(
      (one) => one.left > 0 && one.fault.when === when && (one.fault.match === '*' || call.includes(one.fault.match)),
    );
    if (armed === undefined) return undefined;
    armed.left -= 1;
    return armed.fault;
  }
}
