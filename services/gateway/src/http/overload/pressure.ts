import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { SheddingReason } from '../../observability/catalogue/traffic.ts';

/** A resource that the process is short of. */
export type Pressure = Extract<SheddingReason, 'event-loop' | 'heap'>;

/** Above either limit the process is under pressure. */
export interface PressureLimits {
  /** Mean delay of the event loop over one second, in milliseconds. */
  readonly eventLoopDelayMs: number;
  /** Part of V8's heap limit that is in use, from 0 to 1. */
  readonly heapShare: number;
}

/** Watches the process until it is disposed. */
export interface PressureGauge extends Disposable {
  /** The pressure at the last sample, at most one second ago. */
  find(): Pressure | undefined;
}

/** The source of the measurements, and the clock of the samples. */
export interface PressureSources {
  /** The mean delay of the event loop since the previous call, in milliseconds. */
  takeEventLoopDelayMs(): number;
  /** From 0 to 1. */
  heapShare(): number;
  /** Calls `run` every `ms` milliseconds; the returned function ends that. */
  repeat(run: () => void, ms: number): () => void;
}

const sampleMs = 1_000;
const resolutionMs = 20;

/**
 * Starts watching the process; `sources` default to this process.
 *
 * @remarks By hand, because `@fastify/under-pressure` does not respect long delay limits: docs/adr/0011.
 */
export function watchPressure(limits: PressureLimits, sources: PressureSources = watchProcess()): PressureGauge {
  let now: Pressure | undefined;
  const end = sources.repeat(() => {
    const delayMs = sources.takeEventLoopDelayMs();
    if (sources.heapShare() > limits.heapShare) now = 'heap';
    else now = delayMs > limits.eventLoopDelayMs ? 'event-loop' : undefined;
  }, sampleMs);
  return { find: () => now, [Symbol.dispose]: end };
}

function watchProcess(): PressureSources {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return {
    takeEventLoopDelayMs: () => {
      // The monitor measures from tick to tick, so subtract the interval that it asks for.
      const mean = delays.count === 0 ? 0 : delays.mean / 1e6 - resolutionMs;
      delays.reset();
      return mean;
    },
    heapShare: () => {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
      return used / limit;
    },
    repeat: (run, ms) => {
      const timer = setInterval(run, ms).unref();
      return () => {
        clearInterval(timer);
        delays.disable();
      };
    },
  };
}
