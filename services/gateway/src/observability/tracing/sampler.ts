import type { TraceContext } from './trace-context.ts';

/** Which traces are recorded. */
export interface SamplerConfig {
  /** From 0 to 1: the share of traces that are recorded, unless the client's decision is followed. */
  readonly ratio: number;
  /** Whether the client's `traceparent` decides where there is one. */
  readonly followsParent: boolean;
}

/** Whether a trace is recorded. Every service with the same ratio decides alike about one trace. */
export function isSampled(traceId: string, parent: TraceContext | undefined, config: SamplerConfig): boolean {
  if (config.followsParent && parent !== undefined) return parent.isSampled;
  // The last 48 of the random bits; a number represents up to 53 exactly.
  return Number.parseInt(traceId.slice(-12), 16) < config.ratio * 2 ** 48;
}
