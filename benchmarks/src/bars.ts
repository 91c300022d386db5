/** A measured cost beside its floor, and the highest ratio allowed. */
export interface Bar {
  readonly what: string;
  readonly floor: string;
  readonly measuredMicros: number;
  readonly floorMicros: number;
  /** The least and the most of the measured rounds. */
  readonly spread: string;
  readonly maxRatio: number;
}

/** Is the ratio within the bar? */
export function isMet(bar: Bar): boolean {
  return bar.measuredMicros <= bar.maxRatio * bar.floorMicros;
}
