/** A measured cost beside its floor, and what the ratio may be at most. */
export interface Bar {
  readonly what: string;
  readonly floor: string;
  readonly measuredMicros: number;
  readonly floorMicros: number;
  /** Between which values the rounds of the measured lay. */
  readonly spread: string;
  readonly maxRatio: number;
}

/** Whether the bar is met. */
export function isMet(bar: Bar): boolean {
  return bar.measuredMicros <= bar.maxRatio * bar.floorMicros;
}
