/** A measured cost beside its floor, and what the ratio may be at most. */
export interface Bar {
  readonly what: string;
  readonly floor: string;
  readonly measuredMicros: number;
  readonly floorMicros: number;
  readonly maxRatio: number;
}

/** Whether the bar is met. */
export function isMet(bar: Bar): boolean {
  return bar.measuredMicros <= bar.maxRatio * bar.floorMicros;
}

/** The bars as an aligned table for a terminal. */
export function formatBars(bars: readonly Bar[]): string {
  const rows = bars.map((bar) => [
    bar.what,
    `${bar.measuredMicros.toFixed(0)} µs`,
    bar.floor,
    `${bar.floorMicros.toFixed(0)} µs`,
    `${(bar.measuredMicros / bar.floorMicros).toFixed(2)} ×`,
    `≤ ${bar.maxRatio} ×`,
    isMet(bar) ? 'met' : 'MISSED',
  ]);
  const table = [['CPU per request', '', 'floor', '', 'ratio', 'bar', ''], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
