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
  /** How many calls that match go unharmed first; none when absent. */
  readonly skip?: number;
  /** How many calls it meets; all when absent. */
  readonly times?: number;
}

/** The faults in force, each counted down as it strikes. */
export class Faults {
  #armed: { readonly fault: Fault; skip: number; left: number }[] = [];
  #struck = 0;

  /** How many calls were met since the faults in force were armed. */
  get struck(): number {
    return this.#struck;
  }

  arm(faults: readonly Fault[]): void {
    this.#struck = 0;
    this.#armed = faults.map((fault) => ({
      fault,
      skip: fault.skip ?? 0,
      left: fault.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that meets the call at this moment, counted. */
  strike(call: string, when: Fault['when']): Fault | undefined {
    const matching = this.#armed.filter(
      ({ fault }) => fault.when === when && (fault.match === '*' || call.includes(fault.match)),
    );
    const armed = matching.find((one) => one.skip === 0 && one.left > 0);
    for (const one of matching) one.skip = Math.max(0, one.skip - 1);
    if (armed === undefined) return undefined;
    armed.left -= 1;
    this.#struck += 1;
    return armed.fault;
  }
}
