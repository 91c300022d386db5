/** A fault to inject into matching calls. */
export interface Fault {
  /** A part of `METHOD /path`, or `*`. */
  readonly match: string;
  /**
   * `before`: in place of the call's effect; `after`: after the effect, so that only the answer is lost; `inside`: the server
   * crashes while it rewrites a user's memberships. Calls that rewrite no memberships are spared.
   */
  readonly when: 'before' | 'inside' | 'after';
  readonly status?: number;
  /** Milliseconds to wait; the call then continues unless another member stops it. */
  readonly delay?: number;
  readonly reset?: boolean;
  readonly truncate?: boolean;
  /** With `inside`: the number of memberships inserted again before the crash; 0 when absent. */
  readonly reinserted?: number;
  /** Sent along with `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The number of matching calls to spare first; 0 when absent. */
  readonly skip?: number;
  /** The number of matching calls to strike; all when absent. */
  readonly times?: number;
}

/** The armed faults, each with a count of the calls that it will still strike. */
export class Faults {
  #armed: { readonly fault: Fault; skip: number; left: number }[] = [];
  #struck = 0;

  /** The number of calls struck since the last arming. */
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

  /** The first armed fault that matches a call; counts it as struck. */
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
