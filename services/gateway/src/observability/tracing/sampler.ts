import type { TraceContext } from './trace-context.ts';

/** Which traces are recorded. */
export interface SamplerConfig {
  /** From 0 to 1: the share of traces that are recorded where nobody before us has decided. */
  readonly ratio: number;
  /** Whether the decision of who asks is taken over. */
  readonly followsParent: boolean;
}

/** Whether a trace is recorded; everybody who is asked by the same ratio decides alike. */
export function isSampled(traceId: string, parent: TraceContext | undefined, config: SamplerConfig): boolean {
  if (config.followsParent && parent !== undefined) return parent.isSampled;
  // Of the random part, as many bits as a number holds exactly.
  return Number.parseInt(traceId.slice(-12), 16) < config.ratio * 2 ** 48;
}
